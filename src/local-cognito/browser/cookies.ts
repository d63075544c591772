import type { CookieOptions, Express, Request, Response } from "express";

/**
 * Makes cookies as the address wants them. Browsers do not tell cookies apart by port, and other programs on this
 * machine use the same names: each of our names therefore ends in the port.
 */
export function useHostedCookies(app: Express, origin: string): void {
  const { protocol, port } = new URL(origin);
  const isSecure = protocol === "https:";
  app.locals.cookieSuffix = `-${port || (isSecure ? 443 : 80)}`;
  app.locals.cookieOptions = { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure };
}

/** Returns the value of our own cookie, or undefined. */
export function readCookie(req: Request, name: string): string | undefined {
  return readCookies(req, ownName(req, name))[0];
}

export function setCookie(res: Response, name: string, value: string, maxAge?: number): void {
  res.cookie(ownName(res, name), value, optionsOf(res, maxAge));
}

export function clearCookie(res: Response, name: string): void {
  res.clearCookie(ownName(res, name), optionsOf(res));
}

/**
 * Returns the values of cookies under the very name that Cognito gives them, which scripts know: ours, or those of
 * other programs.
 */
export function readCognitoCookies(req: Request, name: string): string[] {
  return readCookies(req, name);
}

export function setCognitoCookie(
  res: Response,
  name: string,
  value: string,
  maxAge?: number,
): void {
  res.cookie(name, value, optionsOf(res, maxAge));
}

export function clearCognitoCookie(res: Response, name: string): void {
  res.clearCookie(name, optionsOf(res));
}

function readCookies(req: Request, name: string): string[] {
  return (req.headers.cookie ?? "").split(";").flatMap((pair) => {
    const separator = pair.indexOf("=");
    const isMeant = separator > 0 && pair.slice(0, separator).trim() === name;
    return isMeant ? pair.slice(separator + 1).trim() : [];
  });
}

function ownName({ app }: { app: Request["app"] }, name: string): string {
  return `${name}${app.locals.cookieSuffix}`;
}

function optionsOf({ app }: Response, maxAge?: number): CookieOptions {
  return { ...app.locals.cookieOptions, ...(maxAge !== undefined && { maxAge }) };
}
