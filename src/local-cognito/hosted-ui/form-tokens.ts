import { createHmac, randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import { isSameSecret } from "../constant-time.ts";
import { hostedCookie, readCookie } from "./cookies.ts";

const cookieName = "XSRF-TOKEN";
const cookieValuePattern = /^[\w-]{22}$/;

/** The hidden `_csrf` field: proves that a form comes from our page in this browser, and when the page was opened. */
export class FormTokens {
  readonly #key: string;
  readonly #now: () => number;

  constructor(key: string, now: () => number) {
    this.#key = key;
    this.#now = now;
  }

  /** Returns a token for a form on this page, setting the browser's cookie if it has none. */
  issue(req: Request, res: Response): string {
    const openedAt = this.#now().toString(36);
    return `${openedAt}.${this.#mac(this.#browserOf(req) ?? this.#mark(res), openedAt)}`;
  }

  /** Returns the age of the form in milliseconds, or undefined when the token is not this browser's. */
  ageOf(req: Request, token: string): number | undefined {
    const browser = this.#browserOf(req);
    const [openedAt = "", mac = ""] = token.split(".");
    if (!browser || !isSameSecret(mac, this.#mac(browser, openedAt))) return undefined;
    return this.#now() - Number.parseInt(openedAt, 36);
  }

  #browserOf(req: Request): string | undefined {
    const value = readCookie(req, cookieName);
    return value && cookieValuePattern.test(value) ? value : undefined;
  }

  #mark(res: Response): string {
    const value = randomBytes(16).toString("base64url");
    res.cookie(cookieName, value, hostedCookie);
    return value;
  }

  #mac(browser: string, openedAt: string): string {
    return createHmac("sha256", this.#key).update(`${browser}.${openedAt}`).digest("base64url");
  }
}
