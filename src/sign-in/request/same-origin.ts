import type { Request, RequestHandler } from "express";
import { AppError } from "../errors.ts";

const readingMethods = ["GET", "HEAD", "OPTIONS"];

/** Lets through what `assertSameOrigin` does not refuse. */
export function sameOriginOnly(appUrl: string): RequestHandler {
  return (req, _res, next) => {
    assertSameOrigin(req, appUrl);
    next();
  };
}

/**
 * Accepts state-changing requests from our own pages only, by what browsers themselves say of where a request comes
 * from (CS-1, CS-2); a client that says nothing is no browser and carries no visitor's cookie. Throws AppError
 * `cross_site_request`.
 */
export function assertSameOrigin(req: Request, appUrl: string): void {
  if (readingMethods.includes(req.method)) return;
  const site = req.get("Sec-Fetch-Site");
  const origin = req.get("Origin");
  const isOurs =
    site === undefined
      ? origin === undefined || origin === appUrl
      : site === "same-origin" || site === "none";
  if (isOurs) return;
  const details = { site: brief(site), origin: brief(origin) };
  throw new AppError("cross_site_request", { details });
}

/** A header fit for the log: cut, and in ASCII, since the sender chose it (IN-8). */
function brief(header: string | undefined): string | undefined {
  return header?.slice(0, 200).replace(/[^\x20-\x7e]/g, "?");
}
