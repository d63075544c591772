import type { Express, RequestHandler } from "express";
import type { Logger } from "pino";
import type { SignIn, SignInOptions } from "./sign-in/index.ts";
import { providerName } from "./sign-in/pages/provider-name.ts";
import { methodNotAllowed } from "./sign-in/request/methods.ts";
import type { Config } from "./site/settings/config.ts";

/** The pages of the site. Yours go here: a line each, with the guard that it needs. */
export function addPages(app: Express, signIn: SignIn, { config }: Site): void {
  app.get("/", indexPage(config));
  app.get("/logged-in", signIn.requireUser, loggedInPage);
  app.route("/logged-in").all(methodNotAllowed("GET"));
}

/** What pages may need of the site. */
export interface Site {
  config: Config;
  log: Logger;
}

/** Adds pages to the app: `addPages` by default, others in tests. */
export type AddPages = typeof addPages;

/** What the sign-in of this site does otherwise than by default. */
export const signInPages: Pick<SignInOptions, "paths" | "pages"> = {
  paths: { signedIn: "/logged-in" },
  pages: { signedOut: (_req, res, { isDeleted }) => res.render("loggedOut", { isDeleted }) },
};

const loggedInPage: RequestHandler = (req, res) => {
  res.render("loggedIn", { user: req.signIn.user });
};

/** The index page is everybody's: while the session store is away it claims nothing about who is signed in. */
function indexPage({ identityProviders }: Config): RequestHandler {
  return (req, res) => {
    const { user, isUserUnknown } = req.signIn;
    const providers = identityProviders.map((provider) => ({
      label: providerName(provider),
      href: req.signIn.loginUrl({ provider }),
    }));
    res.render("index", { user, providers, isUserUnknown });
  };
}
