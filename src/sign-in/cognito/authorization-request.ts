import { hash, randomBytes } from "node:crypto";
import type { UserPool } from "./user-pool.ts";

/** The one-time values of one sign-in: each has 256 random bits and is told to nobody but its own request. */
export interface OneTimeValues {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** What a visitor, or the app for them, may want of a sign-in. */
export interface SignInRequest {
  opensOn: "sign-in" | "sign-up" | "passkeys";
  identityProvider?: string | undefined;
  /** Fills the field for the name in. */
  loginHint?: string | undefined;
  /** The language of managed login. */
  lang?: string | undefined;
  /** OpenID Connect Core §3.1.2.1; classic pages ignore it. */
  prompt?: string | undefined;
}

/** 43 unreserved characters of base64url: as a code verifier, the shortest that RFC 7636 §4.1 allows. */
const valueBytes = 32;

/** Fresh one-time values for one sign-in (RFC 6749 §10.10, RFC 7636 §7.1). */
export function createOneTimeValues(): OneTimeValues {
  // In one draw: each costs more than the bytes do.
  const bytes = randomBytes(3 * valueBytes);
  const text = (place: number) =>
    bytes.toString("base64url", place * valueBytes, (place + 1) * valueBytes);
  return { state: text(0), nonce: text(1), codeVerifier: text(2) };
}

/** Where to send the browser: the authorize endpoint, or a hosted page that takes the same parameters. */
export function authorizationUrl(
  userPool: UserPool,
  request: OneTimeValues & SignInRequest & { redirectUri: string; scopes: string[] },
): string {
  const pages = {
    "sign-in": userPool.authorizationEndpoint,
    "sign-up": userPool.signUpEndpoint,
    passkeys: userPool.passkeysEndpoint,
  };
  const url = new URL(pages[request.opensOn]);
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: userPool.clientId,
    redirect_uri: request.redirectUri,
    scope: request.scopes.join(" "),
    state: request.state,
    nonce: request.nonce,
    code_challenge: codeChallenge(request.codeVerifier),
    code_challenge_method: "S256",
    ...given({
      identity_provider: request.identityProvider,
      login_hint: request.loginHint,
      lang: request.lang,
      prompt: request.prompt,
    }),
  }).toString();
  return url.href;
}

function given(parameters: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(parameters).filter((pair): pair is [string, string] => !!pair[1]);
  return Object.fromEntries(entries);
}

/** RFC 7636 §4.2 */
function codeChallenge(codeVerifier: string): string {
  return hash("sha256", codeVerifier, "base64url");
}
