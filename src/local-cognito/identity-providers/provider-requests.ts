import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import { readCookie, setCookie } from "../browser/cookies.ts";
import { isSameSecret } from "../constant-time.ts";
import type { AuthorizationRequest } from "../oauth/authorization-request.ts";
import { ExpiringMap } from "../pool/expiring-map.ts";

/** What the app has asked for while the browser is at a provider. */
export interface ProviderRequest {
  providerName: string;
  request: AuthorizationRequest;
  /** The query of authorize, with its question mark. */
  query: string;
}

interface Row extends ProviderRequest {
  browser: string;
  isAnswered: boolean;
}

const cookieName = "csrf-state";
const lifetimeMs = 5 * 60 * 1000;

/** Sign-ins that are under way at a provider, by our own `state`: for five minutes and in the browser that began them. */
export class ProviderRequests {
  readonly #rows: ExpiringMap<Row>;

  constructor(now: () => number) {
    this.#rows = new ExpiringMap({ lifetimeMs, capacity: 1_000, now });
  }

  /** Returns the `state` that the provider is to send back. */
  begin(req: Request, res: Response, begun: ProviderRequest): string {
    // One cookie for all tabs of a browser, so that none of them spoils another's sign-in.
    const browser = readCookie(req, cookieName) || randomBytes(32).toString("base64url");
    setCookie(res, cookieName, browser, lifetimeMs);
    const state = randomBytes(32).toString("base64url");
    this.#rows.set(state, { ...begun, browser, isAnswered: false });
    return state;
  }

  /** Returns what this browser has begun, and whether it has come back from there before; undefined for any other. */
  answer(req: Request, state: string): (ProviderRequest & { isFirst: boolean }) | undefined {
    const row = this.#rows.get(state);
    if (!row || !isSameSecret(readCookie(req, cookieName) ?? "", row.browser)) return undefined;
    const isFirst = !row.isAnswered;
    row.isAnswered = true;
    return { ...row, isFirst };
  }
}
