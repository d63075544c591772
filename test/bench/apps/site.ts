import { join } from "node:path";
import express, { type Express, type Request, type Response } from "express";

/** What the signed-in page shows of somebody. */
export interface PageUser {
  sub: unknown;
  username: unknown;
  name: unknown;
  email: unknown;
  emailVerified: unknown;
  groups: string[];
}

const { PORT, VIEWS = "" } = process.env;

/** Where the app is, as its visitors type it. */
export const siteUrl = `http://localhost:${PORT}`;

/** An app with the views of the site and no page yet. */
export function createSite(): Express {
  const app = express();
  app.set("view engine", "ejs");
  app.set("views", VIEWS);
  app.locals.assetUrl = (name: string) => `/assets/${name}?v=0123456789`;
  app.use("/assets", express.static(join(VIEWS, "assets")));
  return app;
}

/** Adds the two pages that are compared, and listens. */
export function serve(
  app: Express,
  userOf: (req: Request, res: Response) => PageUser | undefined,
): void {
  app.get("/", (req, res) => {
    res.render("index", { user: userOf(req, res), providers: [], isUserUnknown: false });
  });
  app.get("/logged-in", (req, res) => {
    const user = userOf(req, res);
    if (user) res.render("loggedIn", { user });
    else res.redirect("/login");
  });
  app.listen(Number(PORT), "127.0.0.1");
}

/** The claims of an ID token, or the answer of the userinfo endpoint, as the page shows them. */
export function pageUser(claims: Record<string, unknown> | undefined): PageUser | undefined {
  if (!claims) return undefined;
  const { sub, name, email, email_verified: emailVerified } = claims;
  const username = claims["cognito:username"] ?? claims.username;
  return { sub, username, name, email, emailVerified, groups: [] };
}
