import type { Request } from "express";

/** True where the request comes from a proxy that TRUST_PROXY declares: only then do its headers count. */
export function isFromTrustedProxy(req: Request): boolean {
  const isTrusted = req.app.get("trust proxy fn") as (address: unknown, hop: number) => boolean;
  return isTrusted(req.socket.remoteAddress, 0);
}

/** What a trusted proxy says; without one every request looks like plain http (SC-9). */
export function cameByPlainHttp(req: Request): boolean {
  const saysSo = req.get("X-Forwarded-Proto") !== undefined;
  return saysSo && isFromTrustedProxy(req) && req.protocol === "http";
}

/** For the log. */
export const plainHttpAdvice =
  "A visitor came by plain http, where browsers keep no Secure cookie, and was sent to APP_URL. Have the proxy redirect http to https.";
