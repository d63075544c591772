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

/** The visitor's session cookie; throws where there is none. */
export function sessionCookieOf(visitor: Visitor, app: Started): Cookie {
  const cookie = visitor.cookies(app.appUrl).find(({ name }) => /^(?:__Host-)?session$/.test(name));
  if (!cookie) throw new Error("This visitor has no session cookie.");
  return cookie;
}

/** The key of the row that the visitor's session cookie leads to. */
export function sessionKeyOf(visitor: Visitor, app: Started): string {
  const [id] = decodeURIComponent(sessionCookieOf(visitor, app).value).slice(2).split(".");
  return `session:${id}`;
}

/** The cookies of the visitor's unfinished sign-ins, oldest first. */
export function pendingCookiesOf(visitor: Visitor, app: Started): Cookie[] {
  return visitor.cookies(app.appUrl).filter(({ name }) => name.includes("sign-in-"));
}
