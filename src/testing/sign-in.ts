import type { Pool } from "../local-cognito/pool.ts";
import { issueFor } from "../local-cognito/tokens/issue.ts";
import { createBrowserCookies } from "./browser-cookies.ts";
import { walk } from "./browser-walk.ts";
import type { ReceivedRequest } from "./received-requests.ts";
import type { AppVisit, SignedInUser, TestUser } from "./user-pool.ts";
import { putUser } from "./users.ts";

/** An open pool, and where it is served. */
export interface ServedPool {
  pool: Pool;
  origin: string;
  issuer: string;
  requests: ReceivedRequest[];
}

export async function signInAs(
  { pool, origin, issuer }: ServedPool,
  described: TestUser,
  { scopes = pool.clients.first.scopes, nonce }: { scopes?: string[]; nonce?: string } = {},
): Promise<SignedInUser> {
  const user = await putUser(pool, described);
  const { id, signedIn } = pool.sessions.begin(user);
  const { username, sub } = user;
  const { authTimeSeconds } = signedIn;
  const granted = { scopes, nonce, authTimeSeconds };
  const tokens = await issueFor(pool, issuer, pool.clients.first, user, granted);
  return {
    username,
    sub,
    idToken: tokens.idToken ?? "",
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    expiresInSeconds: tokens.expiresInSeconds,
    cookies: [{ name: "cognito", value: id, url: origin }],
  };
}

export async function signInTo(
  { pool, origin, requests }: ServedPool,
  signInUrl: string,
  described: TestUser,
): Promise<AppVisit> {
  const browser = createBrowserCookies();
  const { id } = pool.sessions.begin(await putUser(pool, described));
  browser.store(new URL(origin), [`cognito=${id}`]);
  const before = requests.length;
  const page = await walk(signInUrl, browser);
  const url = new URL(page.url);
  if (url.origin === origin) {
    const reasons = requests.slice(before).flatMap(({ reason = [] }) => reason);
    throw endedAtThePool(signInUrl, url, reasons.at(-1) ?? `The answer was a ${page.status}.`);
  }
  return { ...page, cookie: browser.header(url), cookies: browser.of(url) };
}

function endedAtThePool(signInUrl: string, { pathname, searchParams }: URL, reason: string): Error {
  const error = searchParams.get("error");
  return new Error(
    `The sign-in that began at ${signInUrl} ended at the pool's ${pathname}${error ? ` (${error})` : ""}.\n` +
      `${reason}\n` +
      "Nobody is signed in to the app. Where its callback URL is not registered: pool.register({ callbackUrl }).",
  );
}
