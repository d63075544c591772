import type { RequestHandler } from "express";
import type { Logger } from "pino";
import { redirect } from "../sign-in/request/redirect.ts";
import { cameByPlainHttp, plainHttpAdvice } from "../sign-in/request/trusted-proxy.ts";
import type { Config } from "./settings/config.ts";

type HttpsOnlyOptions = Pick<Config, "appUrl" | "usesHttps" | "paths">;

/**
 * Sends whoever came to an https site by plain http, as a trusted proxy says, to the same page of APP_URL: browsers keep no
 * Secure cookie there. A proxy that says so of everybody would make a ring of it. The cookie breaks it: a browser keeps it
 * only where it came by https after all.
 */
export function httpsOnly(
  { appUrl, usesHttps, paths }: HttpsOnlyOptions,
  log: Logger,
): RequestHandler {
  const name = "__Host-came-by-https";
  return (req, res, next) => {
    // Where a sign-in begins, the sign-in itself sends them on.
    const isBegin = [paths.login, paths.signup].includes(req.path);
    const isPage = !isBegin && (req.method === "GET" || req.method === "HEAD");
    const isAsked = usesHttps && isPage && req.originalUrl.startsWith("/") && cameByPlainHttp(req);
    if (!isAsked || req.headers.cookie?.includes("__Host-")) return next();
    log.warn({ requestId: req.id }, plainHttpAdvice);
    res.set("Cache-Control", "no-store");
    res.cookie(name, "1", {
      httpOnly: true,
      sameSite: "lax",
      path: "/",
      secure: true,
      maxAge: 60_000,
    });
    redirect(res, 302, new URL(appUrl + req.originalUrl).href);
  };
}
