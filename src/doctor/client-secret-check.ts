import { randomUUID } from "node:crypto";
import type { CognitoHttp } from "../sign-in/cognito/calls/cognito-http.ts";
import { parseJson } from "../sign-in/cognito/calls/json-answer.ts";
import { clientSecretBasic } from "../sign-in/cognito/token-request.ts";
import type { UserPool } from "../sign-in/cognito/user-pool.ts";
import type { Config } from "../site/settings/config.ts";
import type { AppClientFindings } from "./app-client-check.ts";
import { answerOrReason } from "./no-answer.ts";
import { ok, problem, unknown, type Verdict } from "./verdict.ts";

/**
 * Whether the token endpoint accepts the client secret. For a code that nobody was given it says `invalid_grant` to a client
 * that has proven itself, and `invalid_client` to any other.
 */
export async function checkClientSecret(
  http: CognitoHttp,
  pool: UserPool,
  { callbackUrl }: Config,
  { isKnown }: AppClientFindings,
): Promise<Verdict[]> {
  if (!isKnown) return unknown(["client-secret"], "The app client comes first.");
  const form = { grant_type: "authorization_code", code: randomUUID(), redirect_uri: callbackUrl };
  const authorization = clientSecretBasic(pool);
  const asked = await answerOrReason(http.postForm(pool.tokenEndpoint, form, { authorization }));
  if ("reason" in asked) {
    return [
      problem(
        "client-secret",
        `${new URL(pool.tokenEndpoint).host} ${asked.reason}.`,
        asked.remedy,
      ),
    ];
  }
  const { status, body } = asked.answer;
  switch (errorOf(body)) {
    case "invalid_grant":
    // Cognito's answer to an unregistered callback URL, which it looks at after the secret.
    case "unauthorized_client":
      return [ok("client-secret", "accepted")];
    case "invalid_client":
      return [
        problem(
          "client-secret",
          "The user pool does not accept CLIENT_SECRET, or this app client has none.",
          "Copy it from the console: User pools ▸ your pool ▸ App clients ▸ your client ▸ Client secret. A client that was made without one needs a new client (Traditional web application).",
        ),
      ];
    default:
      return [
        problem(
          "client-secret",
          `The token endpoint answers as none should (status ${status}), so nobody could finish signing in.`,
          "Try again in a minute; otherwise see whether a proxy or a firewall (AWS WAF) answers in its place.",
        ),
      ];
  }
}

function errorOf(body: string): unknown {
  return (parseJson(body) as { error?: unknown } | null | undefined)?.error;
}
