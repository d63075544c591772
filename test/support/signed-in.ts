import { cookieName } from "../../src/sign-in/request/cookies.ts";
import { hashOfId } from "../../src/sign-in/session/sessions.ts";
import type { Cookie } from "./cookie-jar.ts";
import type { Started } from "./start.ts";
import type { Visitor } from "./visitor.ts";

/** The heading that tells a visitor that the sign-in is done. */
export const signedInHeading = "You have successfully logged in.";

/** Whom the index page greets, or undefined where it takes the visitor for a stranger. */
export async function signedInAs(visitor: Visitor, app: Started): Promise<string | undefined> {
  const index = await visitor.visit(app.appUrl);
  if (index.status !== 200) throw new Error(`The index page answered ${index.status}.`);
  return index.html.querySelector("main strong")?.text;
}

/** What the app calls its session cookie, or the cookie of a pending sign-in. */
export function cookieNameOf({ appUrl }: Pick<Started, "appUrl">, part = ""): string {
  return cookieName(part, appUrl);
}

/** The visitor's session cookie; throws where there is none. */
export function sessionCookieOf(visitor: Visitor, app: Started): Cookie {
  const cookie = visitor.cookies(app.appUrl).find(({ name }) => name === cookieNameOf(app));
  if (!cookie) throw new Error("This visitor has no session cookie.");
  return cookie;
}

/** The same visitor at another process of the same site, which in a test has an address of its own. */
export function atAnother(visitor: Visitor, app: Pick<Started, "appUrl">): Visitor {
  const session = visitor
    .cookies(app.appUrl)
    .findLast(({ name }) => /^(?:__Host-)?sign-in(?:-\d+)?$/.test(name));
  if (session) visitor.setCookie(app.appUrl, `${cookieNameOf(app)}=${session.value}; Path=/`);
  return visitor;
}

/** The id of the session that the visitor's cookie leads to. */
export function sessionIdOf(visitor: Visitor, app: Started): string {
  const [id = ""] = decodeURIComponent(sessionCookieOf(visitor, app).value).slice(2).split(".");
  return id;
}

/** The key of the row that the visitor's session cookie leads to. */
export function sessionKeyOf(visitor: Visitor, app: Started): string {
  return `session:${hashOfId(sessionIdOf(visitor, app))}`;
}

/** The cookies of the visitor's unfinished sign-ins, oldest first. */
export function pendingCookiesOf(visitor: Visitor, app: Started): Cookie[] {
  return visitor.cookies(app.appUrl).filter(({ name }) => /sign-in-(?:\d+-)?[a-l]$/.test(name));
}
