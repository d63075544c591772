import type { PoolUnderTest } from "./pool-under-test.ts";
import type { Facts } from "./question.ts";

type Fields = Record<string, string | undefined>;

/** Opens an authorization request that is good but for the changes (undefined leaves a parameter out). */
export function authorize(pool: PoolUnderTest, changes: Fields = {}): Promise<Facts> {
  return redirectOf(pool, "/oauth2/authorize", {
    client_id: pool.clientId,
    response_type: "code",
    redirect_uri: pool.callbackUrl,
    scope: pool.scopes.join(" "),
    state: "a-state",
    ...changes,
  });
}

/** Where an address of the domain leads, in words that are the same for every pool. */
export async function redirectOf(
  pool: PoolUnderTest,
  path: string,
  fields: Fields,
): Promise<Facts> {
  const { status, headers } = await pool.send("GET", `${pool.domain}${path}?${formOf(fields)}`);
  const { location } = headers;
  if (location === undefined) return { status, to: "nowhere" };
  const url = new URL(location, pool.domain);
  const { error, state } = Object.fromEntries(url.searchParams);
  return {
    status,
    to: nameOf(url, pool),
    ...(error !== undefined && { error }),
    ...(state !== undefined && { state }),
  };
}

function nameOf(url: URL, { callbackUrl, signOutUrl, domain }: PoolUnderTest): string {
  const address = `${url.origin}${url.pathname}`;
  if (address === callbackUrl) return "the callback URL";
  if (address === signOutUrl) return "the sign-out URL";
  return url.origin === new URL(domain).origin ? url.pathname : address;
}

/** Posts a form as the client, by Basic, unless there are other headers. */
export async function post(
  pool: PoolUnderTest,
  path: string,
  fields: Fields,
  headers: Record<string, string> = { authorization: basic(pool) },
) {
  return await pool.send("POST", `${pool.domain}${path}`, {
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: formOf(fields),
  });
}

/** The status and the error of an answer, in JSON. */
export async function refusal(answer: ReturnType<typeof post>): Promise<Facts> {
  const { status, text } = await answer;
  return { status, error: errorIn(text) };
}

function errorIn(text: string): unknown {
  try {
    return JSON.parse(text).error;
  } catch {
    return text === "" ? "(no body)" : "(not JSON)";
  }
}

export function basic({ clientId, clientSecret }: PoolUnderTest): string {
  return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
}

function formOf(fields: Fields): string {
  const given = Object.entries(fields).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  return new URLSearchParams(given).toString();
}
