import { type RequestHandler, Router } from "express";
import type { PendingSignIn } from "../session/pending-sign-in.ts";
import { pendingSignInSeconds } from "../session/pending-sign-in.ts";
import { localPath } from "./local-path.ts";
import { methodNotAllowed, refusePrefetch } from "./methods.ts";
import { redirect } from "./redirect.ts";
import type { Services } from "./services.ts";

/** `GET /login` and `GET /signup`: remember a pending sign-in in this browser and go to the hosted UI. */
export function signInRoutes(services: Services): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const goToAppUrl = redirectToHostOf(services.config.appUrl);
  for (const [path, opensOn] of [
    ["/login", "sign-in"],
    ["/signup", "sign-up"],
  ] as const) {
    router
      .route(path)
      .head(methodNotAllowed("GET"))
      .get(refusePrefetch, goToAppUrl, beginSignIn(services, opensOn))
      .all(methodNotAllowed("GET"));
  }
  return router;
}

function beginSignIn(services: Services, opensOn: "sign-in" | "sign-up"): RequestHandler {
  const { config, relyingParty, pendingSignIns, sessionCookie, now } = services;
  return (req, res) => {
    const { provider, returnTo } = req.query;
    const { oneTimeValues, location } = relyingParty.beginSignIn({
      opensOn,
      identityProvider: config.identityProviders.find((name) => name === provider),
    });
    const pending: PendingSignIn = {
      ...oneTimeValues,
      returnTo: localPath(returnTo, config.appUrl) ?? "/logged-in",
      startedAt: now(),
    };
    const { name, value, drop } = pendingSignIns.begin(req.headers.cookie, pending);
    for (const old of drop) res.clearCookie(old, sessionCookie.options);
    res.cookie(name, value, { ...sessionCookie.options, maxAge: pendingSignInSeconds * 1000 });
    redirect(res, 302, location);
  };
}

/**
 * Sends a visitor of another host name to the one that Cognito will send them back to, where the cookie has to be.
 * Once only: behind a proxy that hides the host name it would go on for ever.
 */
function redirectToHostOf(appUrl: string): RequestHandler {
  const { host } = new URL(appUrl);
  return (req, res, next) => {
    if (req.host === host || req.query.from === "other-host") return next();
    const url = new URL(req.path, appUrl);
    for (const name of ["returnTo", "provider"]) {
      const value = req.query[name];
      if (typeof value === "string") url.searchParams.set(name, value);
    }
    url.searchParams.set("from", "other-host");
    redirect(res, 302, url.href);
  };
}
