import type { Request } from "express";
import { AppError } from "../errors.ts";

/** True where a script asks and not a person: it wants a status and JSON, not a page. */
export function isFetch(req: Request): boolean {
  return (req.get("Sec-Fetch-Mode") ?? "navigate") !== "navigate" || !req.accepts("html");
}

/** True where a browser only looks ahead: nothing may be spent or changed for it. */
export function isPrefetch(req: Request): boolean {
  return /prefetch|prerender/i.test(req.get("Sec-Purpose") ?? req.get("Purpose") ?? "");
}

/** True where another site led the visitor here; a request that does not say is taken for our own. */
export function isCrossSite(req: Request): boolean {
  return req.get("Sec-Fetch-Site") === "cross-site";
}

/**
 * Throws AppError `cross_site_request` for what opens no page in the window: images, frames and scripts, by what browsers
 * say that they load. A program says nothing of that, even where it names a mode, as Node's own `fetch` does.
 */
export function assertOpensInWindow(req: Request): void {
  if ((req.get("Sec-Fetch-Dest") ?? "document") === "document") return;
  throw new AppError("cross_site_request", { reason: "no navigation" });
}
