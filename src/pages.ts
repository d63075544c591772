import type { Express, RequestHandler } from "express";
import { AppError } from "./sign-in/errors.ts";
import { methodNotAllowed } from "./sign-in/request/methods.ts";
import type { Services } from "./sign-in/services.ts";
import { currentSession } from "./sign-in/visitor/current-session.ts";
import { type Guards, userOf } from "./sign-in/visitor/guards.ts";

/** The pages of the site. Yours go here: a line each, with the guard that it needs. */
export function addPages(app: Express, { requireUser }: Guards, services: Services): void {
  app.get("/", indexPage(services));
  app.get("/logged-in", requireUser, loggedInPage);
  app.route("/logged-in").all(methodNotAllowed("GET"));
}

/** Adds pages to the app: `addPages` by default, others in tests. */
export type AddPages = typeof addPages;

const loggedInPage: RequestHandler = (req, res) => {
  res.render("loggedIn", { user: userOf(req) });
};

/** The index page is everybody's: while the session store is away it claims nothing about who is signed in. */
function indexPage(services: Services): RequestHandler {
  const providers = services.config.identityProviders.map(providerButton);
  return async (req, res) => {
    try {
      const session = await currentSession(services, req, res);
      res.render("index", { user: session?.user, providers, isUserUnknown: false });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      res.render("index", { user: undefined, providers, isUserUnknown: true });
    }
  };
}

/** Cognito calls Amazon's way in `LoginWithAmazon`, and Apple's `SignInWithApple`. */
function providerButton(name: string): { label: string; href: string } {
  return { label: name.replace(/^(Login|SignIn)With/, ""), href: `/login?provider=${name}` };
}
