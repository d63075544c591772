import { createHash, randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import { type ClientForm, readClientForm } from "./app-client.ts";
import { assumptions } from "./assumptions.ts";
import type { CodeGrant } from "./authorization-codes.ts";
import { isSameSecret } from "./constant-time.ts";
import { OAuthError } from "./errors.ts";
import type { Pool } from "./pool.ts";
import type { Grant } from "./refresh-tokens.ts";
import { issueTokens, type TokenResponse } from "./tokens.ts";
import type { User } from "./user.ts";

const CODE_VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/; // RFC 7636 §4.1

/** POST /oauth2/token: exchanges a code or a refresh token, for the authenticated client only. */
export function token(pool: Pool, issuer: string): RequestHandler {
  return async (req, res) => {
    const form = readClientForm(req, pool.client, assumptions.invalidClientStatus.token);
    res.json(await answerGrant(pool, issuer, form));
  };
}

function answerGrant(pool: Pool, issuer: string, form: ClientForm): Promise<TokenResponse> {
  switch (form.grant_type) {
    case undefined:
      throw new OAuthError("invalid_request");
    case "authorization_code":
      return exchangeCode(pool, issuer, form);
    case "refresh_token":
      return refresh(pool, issuer, form);
    default:
      throw new OAuthError("unsupported_grant_type");
  }
}

async function exchangeCode(pool: Pool, issuer: string, form: ClientForm): Promise<TokenResponse> {
  const codeGrant = redeemCode(pool, form);
  const user = activeUser(pool, codeGrant);
  const grant: Grant = {
    username: user.username,
    sub: user.sub,
    scopes: codeGrant.scopes,
    authTimeSeconds: codeGrant.authTimeSeconds,
    originJti: randomUUID(),
    eventId: randomUUID(),
  };
  const extras = { nonce: codeGrant.nonce, hasAtHash: true };
  const tokens = await issueTokens(pool, issuer, user, grant, extras);
  return { ...tokens, refresh_token: pool.refreshTokens.issue(grant) };
}

function redeemCode(pool: Pool, form: ClientForm): CodeGrant {
  const { code, redirect_uri: redirectUri, code_verifier: codeVerifier } = form;
  if (!code || !redirectUri) throw new OAuthError("invalid_request");
  if (!pool.client.callbackUrls.includes(redirectUri)) {
    throw new OAuthError(assumptions.tokenRedirectErrorCodes.unregistered);
  }
  // From here on the code is spent, whatever else is wrong: nobody gets a second guess at the verifier.
  const grant = pool.codes.redeem(code);
  if (grant?.clientId !== pool.client.clientId) throw new OAuthError("invalid_grant");
  if (grant.redirectUri !== redirectUri) {
    throw new OAuthError(assumptions.tokenRedirectErrorCodes.different);
  }
  if (!isVerified(grant.codeChallenge, codeVerifier)) {
    throw new OAuthError(assumptions.pkceFailureErrorCode);
  }
  return grant;
}

function isVerified(challenge: string | undefined, verifier: string | undefined): boolean {
  if (challenge === undefined || verifier === undefined) return challenge === verifier;
  const isWellFormed = CODE_VERIFIER.test(verifier);
  return isWellFormed && isSameSecret(sha256(verifier), challenge);
}

async function refresh(pool: Pool, issuer: string, form: ClientForm): Promise<TokenResponse> {
  if (!form.refresh_token) throw new OAuthError("invalid_request");
  const grant = pool.refreshTokens.find(form.refresh_token);
  if (!grant) throw new OAuthError("invalid_grant");
  const user = activeUser(pool, grant);
  const hasAtHash = assumptions.refreshedIdTokenHasAtHash;
  return issueTokens(pool, issuer, user, grant, { nonce: undefined, hasAtHash });
}

function activeUser(pool: Pool, { username, sub }: CodeGrant | Grant): User {
  const user = pool.users.get(username, sub);
  if (!user?.enabled) throw new OAuthError("invalid_grant");
  return user;
}

function sha256(value: string): string {
  return createHash("sha256").update(value).digest("base64url");
}
