import type { Answer, Connection } from "./connection.ts";
import type { ProviderStub } from "./provider-stub.ts";

/** Asks for a page and holds it to its heading: an app that answers something else is not measured. */
export async function visit(
  connection: Connection,
  path: string,
  cookie?: string,
): Promise<Answer> {
  const answer = await connection.get(path, cookie);
  if (answer.status !== 200 || !answer.body.includes(headings[path] as string)) {
    throw new Error(`${path} answered\n${answer.head}\n\n${answer.body}`);
  }
  return answer;
}

const headings: Record<string, string> = {
  "/": "Welcome to the Index Page!",
  "/logged-in": "You have successfully logged in.",
};

/** Begins a sign-in and leaves it: the answer to `/login`, which goes to the provider. */
export async function beginSignIn(connection: Connection): Promise<Answer> {
  return expectRedirect(await connection.get("/login"));
}

/** One complete sign-in, from `/login` to the signed-in page; resolves to the Cookie header of the session. */
export async function signIn(connection: Connection, provider: ProviderStub): Promise<string> {
  const begun = await beginSignIn(connection);
  const callback = new URL(provider.authorize(locationOf(begun)));
  const pending = keep([], begun);
  const done = expectRedirect(
    await connection.get(callback.pathname + callback.search, pending.join("; ")),
  );
  const cookie = keep(pending, done).join("; ");
  await visit(connection, "/logged-in", cookie);
  return cookie;
}

function expectRedirect(answer: Answer): Answer {
  if (answer.status === 302 || answer.status === 303) return answer;
  throw new Error(`A redirect was due, and not\n${answer.head}\n\n${answer.body}`);
}

function locationOf({ head }: Answer): string {
  return /\r\nlocation: ([^\r]*)/i.exec(head)?.[1] ?? "";
}

/** What a browser holds after the answer: cookies as `name=value`, without those that were taken back. */
function keep(cookies: string[], answer: Answer): string[] {
  const news = setCookiesOf(answer);
  const isNew = (cookie: string) => news.some((line) => line.startsWith(nameOf(cookie)));
  const isTakenBack = (line: string) => /Expires=Thu, 01 Jan 1970|Max-Age=0;/.test(line);
  return [
    ...cookies.filter((cookie) => !isNew(cookie)),
    ...news.filter((line) => !isTakenBack(line)).map((line) => line.split(";", 1)[0] as string),
  ];
}

function nameOf(cookie: string): string {
  return cookie.slice(0, cookie.indexOf("=") + 1);
}

/** The values of an answer's Set-Cookie headers. */
export function setCookiesOf({ head }: Answer): string[] {
  return [...head.matchAll(/\r\nset-cookie: ([^\r]*)/gi)].map(([, value]) => value as string);
}
