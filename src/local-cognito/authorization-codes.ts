import { randomUUID } from "node:crypto";
import { ExpiringMap } from "./expiring-map.ts";

/** What a code is bound to, and what it will be exchanged for. */
export interface CodeGrant {
  clientId: string;
  redirectUri: string;
  scopes: string[];
  nonce: string | undefined;
  codeChallenge: string | undefined;
  username: string;
  sub: string;
  authTimeSeconds: number;
}

const LIFETIME_MS = 5 * 60 * 1000;

/** Authorization codes: single use, five minutes. In memory, where taking one away is a single step. */
export class AuthorizationCodes {
  readonly #codes: ExpiringMap<CodeGrant>;

  constructor(now: () => number) {
    this.#codes = new ExpiringMap({ lifetimeMs: LIFETIME_MS, capacity: 10_000, now });
  }

  issue(grant: CodeGrant): string {
    const code = randomUUID();
    this.#codes.set(code, grant);
    return code;
  }

  /** Returns the grant once; a code that is unknown, expired or used gives undefined. */
  redeem(code: string): CodeGrant | undefined {
    return this.#codes.take(code);
  }
}
