import { randomUUID } from "node:crypto";
import { ExpiringMap } from "../pool/expiring-map.ts";
import type { Decided } from "../tokens/issue.ts";

/** What a code is bound to, and what it will be exchanged for. */
export interface CodeGrant {
  clientId: string;
  redirectUri: string;
  scopes: string[];
  nonce: string | undefined;
  codeChallenge: string | undefined;
  resource: string | undefined;
  username: string;
  sub: string;
  authTimeSeconds: number;
  /** What PreTokenGeneration has said of its tokens. */
  decided?: Decided;
}

/** What has become of a code; one of more than an hour ago is "unknown", as one that never was. */
export type CodeFate = "unknown" | "used" | "expired" | "good";

const lifetimeMs = 5 * 60 * 1000;
const rememberedMs = 60 * 60 * 1000;
const mostCodes = 10_000;

/** Authorization codes: single use, five minutes. In memory, where taking one away is a single step. */
export class AuthorizationCodes {
  readonly #codes: ExpiringMap<CodeGrant>;
  readonly #remembered: ExpiringMap<{ isUsed: boolean }>;

  constructor(now: () => number) {
    this.#codes = new ExpiringMap({ lifetimeMs, capacity: mostCodes, now });
    this.#remembered = new ExpiringMap({ lifetimeMs: rememberedMs, capacity: mostCodes, now });
  }

  issue(grant: CodeGrant): string {
    const code = randomUUID();
    this.#codes.set(code, grant);
    this.#remembered.set(code, { isUsed: false });
    return code;
  }

  /** Returns the grant once; a code that is unknown, expired or used gives undefined. */
  redeem(code: string): CodeGrant | undefined {
    const grant = this.#codes.take(code);
    if (grant) this.#remembered.set(code, { isUsed: true });
    return grant;
  }

  /** Tells the developer what the client is not told: all codes that do not work are `invalid_grant` to it. */
  fateOf(code: string): CodeFate {
    if (this.#codes.get(code)) return "good";
    const remembered = this.#remembered.get(code);
    if (!remembered) return "unknown";
    return remembered.isUsed ? "used" : "expired";
  }
}
