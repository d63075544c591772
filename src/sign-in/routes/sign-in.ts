import type { Express, Request, RequestHandler } from "express";
import type { Config } from "../../site/settings/config.ts";
import { localPath } from "../request/local-path.ts";
import { methodNotAllowed, refusePrefetch, requireNavigation } from "../request/methods.ts";
import { redirect } from "../request/redirect.ts";
import { cameByPlainHttp, plainHttpAdvice } from "../request/trusted-proxy.ts";
import type { Services } from "../services.ts";
import type { PendingSignIn } from "../visitor/pending-sign-in.ts";

/** `GET /login` and `GET /signup`: remember a pending sign-in in this browser and go to the hosted UI. */
export function addSignIn(app: Express, services: Services): void {
  const goToAppUrl = redirectToAppUrl(services);
  for (const [path, opensOn] of [
    ["/login", "sign-in"],
    ["/signup", "sign-up"],
  ] as const) {
    app
      .route(path)
      .head(methodNotAllowed("GET"))
      .get(refusePrefetch, requireNavigation, goToAppUrl, beginSignIn(services, opensOn))
      .all(methodNotAllowed("GET"));
  }
}

function beginSignIn(services: Services, opensOn: "sign-in" | "sign-up"): RequestHandler {
  const { config, relyingParty, pendingSignIns, now } = services;
  return (req, res) => {
    const { provider: identityProvider, returnTo = "/logged-in" } = wishesOf(req, config);
    const { oneTimeValues, location } = relyingParty.beginSignIn({ opensOn, identityProvider });
    const pending: PendingSignIn = { ...oneTimeValues, returnTo, startedAt: now() };
    const { cookies, drop } = pendingSignIns.begin(req.headers.cookie, pending);
    for (const old of drop) res.clearCookie(old, pendingSignIns.cookieOptions);
    for (const { name, value } of cookies) {
      res.cookie(name, value, pendingSignIns.newCookieOptions);
    }
    redirect(res, 302, location);
  };
}

/**
 * Sends a visitor who came by another host name, or by plain http to an https site, to APP_URL: Cognito will send them back
 * there, and the cookie has to be there, too. Once only: behind a proxy that hides the host name it would go on for ever.
 */
function redirectToAppUrl({ config, log }: Services): RequestHandler {
  const { appUrl, usesHttps } = config;
  const { host } = new URL(appUrl);
  return (req, res, next) => {
    const lacksTls = usesHttps && cameByPlainHttp(req);
    if ((req.host === host && !lacksTls) || req.query.from === "other-host") return next();
    if (lacksTls) log.warn({ requestId: req.id }, plainHttpAdvice);
    const url = new URL(req.path, appUrl);
    for (const [name, value] of Object.entries(wishesOf(req, config))) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    url.searchParams.set("from", "other-host");
    redirect(res, 302, url.href);
  };
}

/** Where a visitor wants to go, and through whom; undefined where it is not said, or not for them to say. */
function wishesOf(
  { query }: Request,
  { appUrl, identityProviders }: Config,
): { returnTo: string | undefined; provider: string | undefined } {
  return {
    returnTo: localPath(query.returnTo, appUrl),
    provider: identityProviders.find((name) => name === query.provider),
  };
}
