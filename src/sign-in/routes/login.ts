import type { Request, Response } from "express";
import type { SignInRequest } from "../cognito/authorization-request.ts";
import { localPath } from "../request/local-path.ts";
import { queryOf } from "../request/query.ts";
import { redirect } from "../request/redirect.ts";
import { requestIdOf } from "../request/request-id.ts";
import { assertOpensInWindow, isPrefetch } from "../request/request-kind.ts";
import { cameByPlainHttp, isFromTrustedProxy, plainHttpAdvice } from "../request/trusted-proxy.ts";
import { isLanguage, isPrompt, pathWith, type Wishes } from "../visitor/login-url.ts";
import type { Services } from "../visitor/services.ts";
import type { Route, RouteHandler } from "./route.ts";

/** `GET /login` and `GET /signup`: remember a pending sign-in in this browser and go to the hosted UI. */
export function loginRoute(services: Services, opensOn: "sign-in" | "sign-up"): Route {
  const { settings, log } = services;

  const begin: RouteHandler = (req, res) => {
    if (isPrefetch(req)) return void res.status(204).end();
    assertOpensInWindow(req);
    const wishes = wishesOf(req, settings);
    const elsewhere = appUrlInstead(req, wishes, services);
    if (!elsewhere) return redirect(res, 302, beginSignIn(services, req, res, opensOn, wishes));
    if (elsewhere.advice) log.warn({ requestId: requestIdOf(req) }, elsewhere.advice);
    redirect(res, 302, elsewhere.location);
  };

  return { GET: begin };
}

/** Sets the cookie of a pending sign-in, and returns where the visitor goes. */
export function beginSignIn(
  { relyingParty, pendingSignIns, settings, now }: Services,
  req: Request,
  res: Response,
  opensOn: SignInRequest["opensOn"],
  wishes: Wishes,
): string {
  const isAskedAgain = wishes.max_age !== undefined;
  const request = {
    opensOn,
    identityProvider: wishes.provider,
    loginHint: wishes.login_hint,
    lang: wishes.lang,
    prompt: isAskedAgain ? "login" : wishes.prompt,
  };
  const { oneTimeValues, location } = relyingParty.beginSignIn(request);
  const { cookies, drop } = pendingSignIns.begin(req.headers.cookie, {
    ...oneTimeValues,
    returnTo: wishes.returnTo ?? settings.paths.signedIn,
    startedAt: now(),
    ...(wishes.prompt === "none" && { isSilent: true }),
    ...(isAskedAgain && { isReauthentication: true, afterSignOut: request }),
  });
  for (const old of drop) res.clearCookie(old, pendingSignIns.cookieOptions);
  for (const { name, value } of cookies) res.cookie(name, value, pendingSignIns.newCookieOptions);
  // Classic pages ignore `prompt` and `max_age`: whoever must be asked again leaves Cognito's own session first.
  return isAskedAgain ? relyingParty.signOutLocation() : location;
}

/** How long Cognito's own sign-out may take, which asks nothing (milliseconds). */
const signingOutMs = 60_000;

/**
 * Where a visitor goes who comes back to the sign-out URL on the way to being asked again: on to Cognito, which has
 * forgotten them by now; undefined for everybody else.
 */
export function continueReauthentication(
  { relyingParty, pendingSignIns, now }: Services,
  req: Request,
  res: Response,
): string | undefined {
  const site = req.get("Sec-Fetch-Site");
  // A link or form of ours; what comes back from Cognito never says so.
  if (site === "same-origin") return undefined;
  const leaving = pendingSignIns
    .read(req.headers.cookie)
    .filter(({ afterSignOut, isLate }) => afterSignOut !== undefined && !isLate)
    // A typed address is "none" all the way there and back; later on, it is the sign-out URL that was typed.
    .filter(({ startedAt }) => site !== "none" || now() - startedAt < signingOutMs)
    .sort((a, b) => b.startedAt - a.startedAt)[0];
  if (!leaving?.afterSignOut) return undefined;
  const { name, value } = pendingSignIns.signedOut(leaving);
  res.cookie(name, value, pendingSignIns.newCookieOptions);
  return relyingParty.resumeSignIn(leaving, leaving.afterSignOut);
}

/**
 * Where a visitor of another host name, or by plain http to an https site, has to go first: to the address that Cognito
 * will send them back to, where the cookie has to be. Once only: behind a proxy that hides the host name it would go on for
 * ever.
 */
function appUrlInstead(
  req: Request,
  wishes: Wishes,
  { settings: { appUrl, usesHttps } }: Services,
): { location: string; advice?: string } | undefined {
  const lacksTls = usesHttps && cameByPlainHttp(req);
  const isElsewhere = hostOf(req) !== new URL(appUrl).host || lacksTls;
  if (!isElsewhere || queryOf(req).from === "other-host") return undefined;
  const path = pathWith(req.baseUrl + req.path, { ...wishes, from: "other-host" });
  const location = new URL(path, appUrl).href;
  return lacksTls ? { location, advice: plainHttpAdvice } : { location };
}

/** What a visitor wants of the sign-in; undefined where it is not said, or not for them to say. */
function wishesOf(req: Request, settings: Services["settings"]): Wishes {
  const { returnTo, provider, login_hint, lang, prompt, max_age } = queryOf(req);
  return {
    returnTo: localPath(returnTo, settings),
    provider: settings.identityProviders.find((name) => name === provider),
    login_hint: isHint(login_hint) ? login_hint : undefined,
    lang: isLanguage(lang) ? lang : undefined,
    prompt: isPrompt(prompt) ? prompt : undefined,
    max_age: typeof max_age === "string" && /^\d{1,9}$/.test(max_age) ? max_age : undefined,
  };
}

function isHint(value: unknown): value is string {
  return typeof value === "string" && /^[^\p{Cc}]{1,256}$/u.test(value);
}

/** What the browser asked for, or what a trusted proxy says that it asked for. */
function hostOf(req: Request): string | undefined {
  const forwarded = isFromTrustedProxy(req) ? req.get("X-Forwarded-Host") : undefined;
  return (forwarded ?? req.get("Host"))?.split(",")[0]?.trim();
}
