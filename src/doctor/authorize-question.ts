import { authorizationUrl, createOneTimeValues } from "../sign-in/cognito/authorization-request.ts";
import type { CognitoHttp, CognitoResponse } from "../sign-in/cognito/calls/cognito-http.ts";
import type { UserPool } from "../sign-in/cognito/user-pool.ts";

/** Where authorize sends a browser that is not signed in there. */
export type AuthorizeAnswer =
  /** To the sign-in page, or straight to the only provider: everything in the request is right. */
  | { kind: "goes on"; location: string }
  /** To the callback URL with an error: client and callback URL are right. */
  | { kind: "refused"; error: string }
  /** To the domain's own error page, or nowhere: client or callback URL is wrong. */
  | { kind: "stays"; error: string }
  | { kind: "no user pool domain"; status: number };

export interface AuthorizeQuestion {
  redirectUri: string;
  scopes: string[];
  identityProvider?: string;
}

/** Asks authorize as the app would for a visitor, without one. Rejects as `CognitoHttp` does. */
export async function askAuthorize(
  http: CognitoHttp,
  pool: UserPool,
  question: AuthorizeQuestion,
): Promise<AuthorizeAnswer> {
  const values = createOneTimeValues();
  const url = authorizationUrl(pool, { ...values, ...question, opensOn: "sign-in" });
  return readAnswer(await http.get(url), pool, question.redirectUri);
}

function readAnswer(
  { status, location = "" }: CognitoResponse,
  { authorizationEndpoint }: UserPool,
  redirectUri: string,
): AuthorizeAnswer {
  const isRedirect = status >= 300 && status < 400 && URL.canParse(location, authorizationEndpoint);
  // A client that does not exist may get its error page at once.
  if (status === 400) return { kind: "stays", error: "" };
  if (!isRedirect) return { kind: "no user pool domain", status };
  const target = new URL(location, authorizationEndpoint);
  const error = errorIn(target.searchParams);
  if (isSamePage(target, redirectUri)) return { kind: "refused", error };
  if (target.pathname === "/error") return { kind: "stays", error };
  return { kind: "goes on", location: target.href };
}

function isSamePage(target: URL, redirectUri: string): boolean {
  const expected = new URL(redirectUri);
  return target.origin === expected.origin && target.pathname === expected.pathname;
}

/** Of a scope, Cognito says what is wrong in the description alone. */
function errorIn(parameters: URLSearchParams): string {
  const isOfScope = parameters.get("error_description") === "invalid_scope";
  return isOfScope ? "invalid_scope" : wordOf(parameters.get("error"));
}

/** It is printed, so only what looks like an error code or a short sentence. */
function wordOf(error: string | null): string {
  return (error ?? "").replace(/[^\w .'-]/g, "").slice(0, 100);
}
