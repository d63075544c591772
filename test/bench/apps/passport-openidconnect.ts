import { createRequire } from "node:module";
import session from "express-session";
import { createSite, type PageUser, pageUser, serve, siteUrl } from "./site.ts";

/** As its README has it, with the user's facts from the ID token, whose signature it does not check. */
const { ISSUER = "", DOMAIN = "", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;

// One comes without types, and the other's would change what `req.user` is everywhere in this project.
const load = createRequire(import.meta.url);
const { Passport } = load("passport");
const Strategy = load("passport-openidconnect");

type Done = (error: unknown, user?: PageUser) => void;

const passport = new Passport();
const options = {
  issuer: ISSUER,
  authorizationURL: `${DOMAIN}/oauth2/authorize`,
  tokenURL: `${DOMAIN}/oauth2/token`,
  userInfoURL: `${DOMAIN}/oauth2/userInfo`,
  clientID: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  callbackURL: `${siteUrl}/callback`,
  scope: "email phone",
  nonce: true,
  skipUserProfile: true,
};
passport.use(
  new Strategy(
    options,
    (_issuer: string, _profile: unknown, _context: unknown, idToken: string, done: Done) => {
      const claims = Buffer.from(idToken.split(".")[1] ?? "", "base64url").toString();
      done(null, pageUser(JSON.parse(claims)));
    },
  ),
);
passport.serializeUser((user: PageUser, done: Done) => done(null, user));
passport.deserializeUser((user: PageUser, done: Done) => done(null, user));

const app = createSite();
app.use(session({ secret: "some secret", resave: false, saveUninitialized: false }));
app.use(passport.session());
app.get("/login", passport.authenticate("openidconnect"));
app.get(
  "/callback",
  passport.authenticate("openidconnect", { failureRedirect: "/", successRedirect: "/logged-in" }),
);

serve(app, (req) => (req as { user?: PageUser }).user);
