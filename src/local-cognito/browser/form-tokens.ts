import { createHmac, randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import { isSameSecret } from "../constant-time.ts";
import { readCognitoCookies, readCookie, setCognitoCookie, setCookie } from "./cookies.ts";

const cookieName = "XSRF-TOKEN";
/** As many as eight hexadecimal digits can count; then they begin anew. */
const secondsOfToken = 2 ** 32;

/**
 * The hidden `_csrf` field: proves that a form comes from our page in this browser, and when the page was opened. As at
 * Cognito, the value of the cookie `XSRF-TOKEN` serves as well, which scripts send that do not read the page.
 *
 * Both look like UUIDs. A browser's mark is 64 random bits and a MAC over them; a token is the second in which the page
 * was opened and a MAC over that and the mark.
 */
export class FormTokens {
  readonly #key: string;
  readonly #now: () => number;

  constructor(key: string, now: () => number) {
    this.#key = key;
    this.#now = now;
  }

  /** Returns a token for a form on this page, and marks the browser. */
  issue(req: Request, res: Response): string {
    const mark = this.#markOf(req);
    // As Cognito, with each page that is opened; a form that comes back with a word of what is wrong is none.
    if (req.method === "GET") this.#markForScripts(req, res, mark);
    if (readCookie(req, cookieName) !== mark) setCookie(res, cookieName, mark);
    const openedAt = asHex(this.#nowSeconds());
    return asUuid(openedAt + this.#mac(`${mark}.${openedAt}`, 24));
  }

  /** Marks a browser that is on its way to a page: some scripts take the cookie from there. */
  greet(req: Request, res: Response): void {
    this.#markForScripts(req, res, this.#markOf(req));
  }

  /** Returns the age of the form in milliseconds, or undefined when the token is not this browser's. */
  ageOf(req: Request, token: string): number | undefined {
    const openedAt = token.slice(0, 8);
    for (const mark of this.#marksOf(req)) {
      if (isSameSecret(token, mark)) return 0;
      const expected = asUuid(openedAt + this.#mac(`${mark}.${openedAt}`, 24));
      if (isSameSecret(token, expected)) return this.#ageOf(openedAt);
    }
    return undefined;
  }

  #ageOf(openedAt: string): number {
    const seconds = this.#nowSeconds() - Number.parseInt(openedAt, 16);
    return (seconds < 0 ? seconds + secondsOfToken : seconds) * 1000;
  }

  #nowSeconds(): number {
    return Math.floor(this.#now() / 1000) % secondsOfToken;
  }

  #markOf(req: Request): string {
    return this.#marksOf(req)[0] ?? this.#newMark();
  }

  /** Of other programs' cookies of that name, which may be here first, none counts. */
  #marksOf(req: Request): string[] {
    const values = [readCookie(req, cookieName) ?? [], readCognitoCookies(req, cookieName)].flat();
    return values.filter((value) => this.#isMark(value));
  }

  #markForScripts(req: Request, res: Response, mark: string): void {
    const isNameFree = readCognitoCookies(req, cookieName).every((value) => this.#isMark(value));
    if (isNameFree) setCognitoCookie(res, cookieName, mark);
  }

  #newMark(): string {
    const random = randomBytes(8).toString("hex");
    return asUuid(random + this.#mac(random, 16));
  }

  #isMark(value: string): boolean {
    const random = value.replaceAll("-", "").slice(0, 16);
    return isSameSecret(value, asUuid(random + this.#mac(random, 16)));
  }

  #mac(text: string, length: number): string {
    return createHmac("sha256", this.#key).update(text).digest("hex").slice(0, length);
  }
}

function asHex(seconds: number): string {
  return seconds.toString(16).padStart(8, "0");
}

function asUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
