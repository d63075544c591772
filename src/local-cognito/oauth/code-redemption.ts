import { createHash } from "node:crypto";
import { assumptions } from "../assumptions.ts";
import { isSameSecret } from "../constant-time.ts";
import { OAuthError } from "../errors.ts";
import type { ClientForm } from "./app-client.ts";
import type { CodeFate, CodeGrant } from "./authorization-codes.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import { redirectReason } from "./redirect-differences.ts";

const verifierPattern = /^[A-Za-z0-9._~-]{43,128}$/; // RFC 7636 §4.1

/** Returns what the code was issued for, once; throws OAuthError where the client may not have it. */
export function redeemCode(pool: AuthorizationServer, form: ClientForm): CodeGrant {
  const { client, code, redirect_uri: redirectUri, code_verifier: codeVerifier } = form;
  if (!code) throw missing("code");
  if (!redirectUri) throw missing("redirect_uri");
  const { callbackUrls, clientId } = client;
  if (!callbackUrls.includes(redirectUri)) {
    const reason = redirectReason("redirect_uri", redirectUri, callbackUrls);
    throw new OAuthError({ error: assumptions.tokenRedirectErrorCodes.unregistered, reason });
  }
  // From here on the code is spent, whatever else is wrong: nobody gets a second guess at the verifier.
  const fate = pool.codes.fateOf(code);
  const grant = pool.codes.redeem(code);
  if (grant?.clientId !== clientId) {
    throw new OAuthError({ error: "invalid_grant", reason: fates[fate] });
  }
  if (grant.redirectUri !== redirectUri) {
    const reason = "redirect_uri is registered, but it is not the one that authorize was sent.";
    throw new OAuthError({ error: assumptions.tokenRedirectErrorCodes.different, reason });
  }
  const reason = verifierReason(grant.codeChallenge, codeVerifier);
  if (reason) throw new OAuthError({ error: assumptions.pkceFailureErrorCode, reason });
  return grant;
}

const fates: Record<CodeFate, string> = {
  used: "The code has been used already, and it is good once: was the callback called twice?",
  expired: "The code has expired: it is good for five minutes.",
  unknown: "The code is unknown: not from this pool, cut short, or from before its last start.",
  good: "The code is another client's.",
};

function missing(name: string): OAuthError {
  return new OAuthError({ error: "invalid_request", reason: `${name} is missing.` });
}

function verifierReason(challenge?: string, verifier?: string): string | undefined {
  if (challenge === undefined && verifier === undefined) return undefined;
  if (challenge === undefined)
    return "code_verifier was sent, but authorize got no code_challenge.";
  if (verifier === undefined)
    return "code_verifier is missing, and authorize got a code_challenge.";
  if (!verifierPattern.test(verifier)) {
    return "code_verifier is malformed: 43 to 128 letters, digits and “-._~”.";
  }
  if (isSameSecret(sha256(verifier), challenge)) return undefined;
  return "code_verifier does not match the code_challenge that authorize was sent.";
}

function sha256(value: string): string {
  return createHash("sha256").update(value).digest("base64url");
}
