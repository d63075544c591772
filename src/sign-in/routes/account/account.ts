import type { Request, Response } from "express";
import { AppError } from "../../errors.ts";
import type { AccountFacts, OwnPages } from "../../pages/own-pages.ts";
import { formBody } from "../../request/form-body.ts";
import { queryOf } from "../../request/query.ts";
import { redirect } from "../../request/redirect.ts";
import { isFetch, isPrefetch } from "../../request/request-kind.ts";
import { reportAccountChange } from "../../visitor/auth-log.ts";
import type { Guards, PassOn } from "../../visitor/guards.ts";
import { pathWith } from "../../visitor/login-url.ts";
import type { Services } from "../../visitor/services.ts";
import { beginSignIn } from "../login.ts";
import type { SignOut } from "../logout.ts";
import { guarded, type Route, type RouteHandler } from "../route.ts";
import { createAccountFacts, isTroubleAtCognito } from "./account-facts.ts";
import type { Change } from "./change.ts";
import { changes } from "./changes.ts";
import { oncePerClick } from "./once.ts";

/** How long ago the visitor may have signed in who wants to change something. */
const recentMinutes = 10;

/** The longest profile: every attribute that a pool can have would be larger, and nobody fills in all of them. */
const largestForm = { mostBytes: 64 * 1024, mostFields: 80 };

/** `/account`: who the visitor is at the user pool, and what they may change there. */
export function accountRoutes(
  path: string,
  services: Services,
  { requireUser, requireRecentSignIn }: Guards,
  signOut: SignOut,
  pages: OwnPages,
  passOn: PassOn,
): [path: string, route: Route][] {
  const { settings } = services;
  const factsOf = createAccountFacts(services, { recentMinutes });
  const once = oncePerClick();

  const page: RouteHandler = async (req, res) => {
    const { verify, after } = queryOf(req);
    const isBack = after === "sign-in";
    const shown = { verify: textOf(verify) };
    try {
      const facts = await factsOf(req, shown);
      if (isBack) return redirect(res, 303, path);
      // Taken once it is sure to be shown: a reload after an outage still says what was done.
      const notice = notices.get(services.noticeCookie.take(req, res));
      await pages.account(req, res, { ...facts, ...shown, notice });
    } catch (error) {
      if (isBack && asksForSignIn(error)) throw error.as("fresh_sign_in_refused");
      toSignIn(req, res, error);
    }
  };

  /** And back to the page, once: a pool may refuse what it has just issued. A script gets the error. */
  function toSignIn(req: Request, res: Response, error: unknown): void {
    if (!asksForSignIn(error) || isFetch(req)) throw error;
    redirect(res, 303, pathWith(settings.paths.login, { returnTo: `${path}?after=sign-in` }));
  }

  async function show(req: Request, res: Response, more: Partial<AccountFacts>): Promise<void> {
    await pages.account(req, res, { ...(await factsOf(req, more)), ...more });
  }

  /** One change: done, it leads back to the page; refused, the page comes back with what was typed. */
  const changeBy =
    (change: Change): RouteHandler =>
    async (req, res) => {
      const form = await formBody(req, largestForm);
      const whose = services.sessionCookie.read(req.headers.cookie) ?? "";
      try {
        const outcome = await once(whose, [change.path, form], async () => {
          const done = await change.make(req, form, services);
          reportAccountChange(services.log, req, change.event);
          return done;
        });
        if ("setUp" in outcome) return await show(req, res, { setUp: outcome.setUp });
        if (outcome.done === "deleted") return await leave(req, res);
        services.noticeCookie.leave(res, outcome.done);
        redirect(res, 303, pathOf(outcome));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        reportAccountChange(services.log, req, change.event, error);
        if (asksForSignIn(error) || isFetch(req)) return toSignIn(req, res, error);
        await showRefusal(req, res, change, form, error);
      }
    };

  async function showRefusal(
    req: Request,
    res: Response,
    { section, setUpAgain, words }: Change,
    form: Record<string, unknown>,
    error: AppError,
  ): Promise<void> {
    res.status(error.status);
    if (error.retryAfterSeconds) res.set("Retry-After", String(error.retryAfterSeconds));
    const message = (isTroubleAtCognito(error) ? trouble : words?.(error)) ?? error.message;
    const problem = { section, message };
    await show(req, res, { problem, typed: form, setUp: await setUpAgain?.(req, form, services) });
  }

  /** The account is gone: so are this session and Cognito's own, and the page at their end says so. */
  async function leave(req: Request, res: Response): Promise<void> {
    services.noticeCookie.leave(res, "deleted");
    await signOut(req, res);
  }

  /** A browser would keep the fragment of the form, and scroll past the notice. */
  function pathOf({ verify }: { verify?: string | undefined }): string {
    return `${pathWith(path, { verify })}#main`;
  }

  /** By a sign-in of our own, so that whatever Cognito's page ends with finds its way back. */
  const passkeys: RouteHandler = (req, res) => {
    if (isPrefetch(req)) return void res.status(204).end();
    redirect(res, 302, beginSignIn(services, req, res, "passkeys", { returnTo: path }));
  };

  const requireRecent = requireRecentSignIn({ minutes: recentMinutes });
  const behind = (guard: typeof requireUser, handler: RouteHandler) =>
    guarded(guard, handler, passOn);

  return [
    [path, { GET: behind(requireUser, page), takesHead: true }],
    [`${path}/passkeys`, { GET: behind(requireUser, passkeys) }],
    ...changes.map((change): [string, Route] => [
      path + change.path,
      { POST: behind(requireRecent, changeBy(change)) },
    ]),
  ];
}

/** What has been done, by the word for it in the cookie. */
const notices = new Map<unknown, string>([
  ["profile", "Your profile is saved."],
  ["address", "Your profile is saved. We have sent a code to the new address."],
  ["nothing", "Nothing was changed, so nothing was saved."],
  ["sent", "We have sent a new code."],
  ["verified", "Your address is confirmed."],
  ["password", "Your password is changed."],
  ["password-others", "Your password is changed, and you are signed out everywhere else."],
  ["app-on", "From now on each sign-in asks for a code of your authenticator app."],
  // The pool does not say to its users whether it requires a second factor.
  [
    "app-off",
    "Sign-ins do not ask for a code of this authenticator app any more. If this site requires one, your next sign-in asks you to set it up again.",
  ],
]);

/** Where the answer was lost, nobody knows what Cognito has done. */
const trouble =
  "The sign-in service gave no answer that we can use, so this may not be done. Please try again in a minute.";

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function asksForSignIn(error: unknown): error is AppError {
  return (
    error instanceof AppError &&
    ["sign_in_required", "access_token_refused", "recent_sign_in_required"].includes(error.code)
  );
}
