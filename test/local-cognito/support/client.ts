import type { LocalCognito } from "../../../src/local-cognito/local-cognito.ts";
import { type Answer, send } from "./http.ts";
import { CALLBACK } from "./pool.ts";

export interface WireAnswer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

type Fields = Record<string, string | undefined> | [string, string][];

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
}

/** Posts a form as the app's server does; authenticates with Basic unless the test brings its own headers. */
export async function postForm(
  pool: LocalCognito,
  path: string,
  fields: Fields,
  headers: Record<string, string> = { authorization: basic(pool.clientId, pool.clientSecret) },
): Promise<WireAnswer> {
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
  const body = new URLSearchParams(
    pairs.filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  return wireAnswer(await send(`${pool.origin}${path}`, { method: "POST", headers, body }));
}

/** Exchanges a code at the token endpoint. */
export function redeem(
  pool: LocalCognito,
  code: string,
  changes: Record<string, string | undefined> = {},
  headers?: Record<string, string>,
): Promise<WireAnswer> {
  const fields = { grant_type: "authorization_code", code, redirect_uri: CALLBACK, ...changes };
  return postForm(pool, "/oauth2/token", fields, headers);
}

export function refresh(pool: LocalCognito, refreshToken: unknown): Promise<WireAnswer> {
  const fields = { grant_type: "refresh_token", refresh_token: String(refreshToken) };
  return postForm(pool, "/oauth2/token", fields);
}

export async function userInfo(pool: LocalCognito, accessToken: unknown): Promise<WireAnswer> {
  const headers = { authorization: `Bearer ${accessToken}` };
  return wireAnswer(await send(`${pool.origin}/oauth2/userInfo`, { headers }));
}

function wireAnswer({ status, headers, text }: Answer): WireAnswer {
  const body = text ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status, headers, body };
}
