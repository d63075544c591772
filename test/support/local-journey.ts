import type { Started } from "./start.ts";
import type { Page, Visitor } from "./visitor.ts";

export interface Person {
  username: string;
  email: string;
  password: string;
}

export const mira: Person = {
  username: "mira",
  email: "mira@example.org",
  password: "Correct-horse-battery-7",
};

/** Registers a person from the index page on and ends at the page that the app sends them to. */
export async function register(visitor: Visitor, app: Started, person = mira): Promise<Page> {
  const index = await visitor.visit(app.appUrl);
  const signInPage = await index.click("Register/Login");
  const signUpPage = await signInPage.click("Sign up");
  const confirmPage = await signUpPage.submit("Sign up", {
    Username: person.username,
    Email: person.email,
    Password: person.password,
  });
  const code = await latestCode(visitor, app, person.email);
  return await confirmPage.submit("Confirm account", { "Verification code": code });
}

/** Signs a registered person in from the index page. */
export async function signIn(
  visitor: Visitor,
  app: Started,
  { username, password }: { username: string; password: string } = mira,
): Promise<Page> {
  const index = await visitor.visit(app.appUrl);
  const signInPage = await index.click("Register/Login");
  return await signInPage.submit("Sign in", { Username: username, Password: password });
}

export interface Mail {
  to: string;
  subject: string;
  body: string;
  code: string;
  sentAt: string;
}

/** The newest code that local Cognito has sent to an address. */
export async function latestCode(visitor: Visitor, app: Started, email: string): Promise<string> {
  const inbox: Mail[] = await localJson(visitor, app, "/_local/inbox");
  const mail = inbox.find(({ to }) => to === email);
  if (!mail) throw new Error(`No mail for ${email}.`);
  return mail.code;
}

/** A page of local Cognito's own as JSON. */
export async function localJson<Json>(visitor: Visitor, app: Started, path: string): Promise<Json> {
  const answer = await visitor.request("GET", `${app.localCognito?.origin}${path}`, {
    headers: { accept: "application/json" },
  });
  return JSON.parse(answer.text);
}
