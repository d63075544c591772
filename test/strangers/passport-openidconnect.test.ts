import type { Express, Request, RequestHandler } from "express";
import session from "express-session";
import { expect, test } from "vitest";
import { library } from "./support/library.ts";
import { runStranger, type Settings, signIn, signUp } from "./support/stranger.ts";

/*
 * What is used of the two packages: one comes without types, and the other's would change what `req.user` is
 * everywhere in this project.
 */
interface Packages {
  Passport: new () => {
    use(strategy: object): void;
    session(): RequestHandler;
    authenticate(strategy: string, options?: object): RequestHandler;
    serializeUser(keep: (user: Visitor, done: Done) => void): void;
    deserializeUser(recall: (kept: Visitor, done: Done) => void): void;
  };
  Strategy: new (
    options: object,
    verify: (issuer: string, profile: Profile, done: Done) => void,
  ) => object;
}
interface Profile {
  id: string;
  emails?: { value: string }[];
}
interface Visitor {
  id: string;
  email: string | undefined;
}
type Done = (error: unknown, visitor: Visitor) => void;
type WithPassport = Request & { user?: Visitor; logout(done: (error: unknown) => void): void };

const ofPassport = library("passport", import.meta.url);
const ofStrategy = library("passport-openidconnect", import.meta.url);
const callbackPath = "/cb";

/**
 * As its README has it, with the profile from userInfo. It speaks to whatever URLs it is given, plain http as
 * well. It never refreshes: its documentation leaves the tokens to the app.
 */
function signInWithPassport(app: Express, settings: Settings): void {
  const { Passport }: Pick<Packages, "Passport"> = ofPassport.load();
  const OpenIDConnectStrategy: Packages["Strategy"] = ofStrategy.load();
  const { appUrl, issuer, domain, clientId, clientSecret, logoutUrl } = settings;
  const passport = new Passport();
  const options = {
    issuer,
    authorizationURL: `${domain}/oauth2/authorize`,
    tokenURL: `${domain}/oauth2/token`,
    userInfoURL: `${domain}/oauth2/userInfo`,
    clientID: clientId,
    clientSecret,
    callbackURL: `${appUrl}${callbackPath}`,
    scope: "email",
    nonce: true,
    skipUserProfile: false,
  };
  passport.use(
    new OpenIDConnectStrategy(options, (_issuer, { id, emails = [] }, done) =>
      done(null, { id, email: emails[0]?.value }),
    ),
  );
  passport.serializeUser((visitor, done) => done(null, visitor));
  passport.deserializeUser((visitor, done) => done(null, visitor));

  app.use(session({ secret: "a secret", resave: false, saveUninitialized: false }));
  app.use(passport.session());
  app.get("/login", passport.authenticate("openidconnect"));
  app.get(
    callbackPath,
    passport.authenticate("openidconnect", { failureRedirect: "/login", failureMessage: true }),
    (_req, res) => res.redirect("/profile"),
  );
  app.get("/profile", (req, res) => {
    const { user } = req as WithPassport;
    res.send(`<h1>${user?.email ?? "Nobody"}</h1>`);
  });
  app.get("/logout", (req, res, next) =>
    (req as WithPassport).logout((error) => (error ? next(error) : res.redirect(logoutUrl))),
  );
}

test.skipIf(!ofStrategy.isInstalled)(
  "passport-openidconnect signs in with a nonce, reads userInfo, and signs out",
  async () => {
    const app = await runStranger(callbackPath, signInWithPassport);
    const { visitor, appUrl } = app;

    const profile = await signUp(app, await visitor.visit(`${appUrl}/login`));
    expect(profile.heading).toBe("mira@example.org");

    expect((await visitor.visit(`${appUrl}/logout`)).heading).toBe("Signed out");
    expect((await visitor.visit(`${appUrl}/profile`)).heading).toBe("Nobody");
    const again = await signIn(await visitor.visit(`${appUrl}/login`));
    expect(again.heading).toBe("mira@example.org");
  },
);
