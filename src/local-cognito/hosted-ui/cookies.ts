import type { CookieOptions, Request } from "express";

/** What every cookie of the hosted UI has in common; no `Secure`, since this is plain http on loopback. */
export const hostedCookie: CookieOptions = { httpOnly: true, sameSite: "lax", path: "/" };

/** Returns the value of the first cookie of that name, or undefined. */
export function readCookie(req: Request, name: string): string | undefined {
  for (const pair of (req.headers.cookie ?? "").split(";")) {
    const separator = pair.indexOf("=");
    if (separator > 0 && pair.slice(0, separator).trim() === name) {
      return pair.slice(separator + 1).trim();
    }
  }
  return undefined;
}
