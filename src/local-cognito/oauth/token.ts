import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import { assumptions } from "../assumptions.ts";
import { OAuthError, quoted } from "../errors.ts";
import type { AppClient } from "../pool/clients.ts";
import type { Pool } from "../pool.ts";
import type { User } from "../users/user.ts";
import { type ClientForm, readClientForm } from "./app-client.ts";
import { unreadableAttribute } from "./attribute-claims.ts";
import type { CodeGrant } from "./authorization-codes.ts";
import { redeemCode } from "./code-redemption.ts";
import type { Grant } from "./refresh-tokens.ts";
import { issueTokens, type TokenResponse } from "./tokens.ts";

/** POST /oauth2/token: exchanges a code or a refresh token, for the authenticated client only. */
export function token(pool: Pool, issuer: string): RequestHandler {
  return async (req, res) => {
    const form = readClientForm(req, pool.clients, assumptions.invalidClientStatus.token);
    res.json(await answerGrant(pool, issuer, form));
  };
}

function answerGrant(pool: Pool, issuer: string, form: ClientForm): Promise<TokenResponse> {
  switch (form.grant_type) {
    case undefined:
      throw refusal("invalid_request", "grant_type is missing.");
    case "authorization_code":
      return exchangeCode(pool, issuer, form);
    case "refresh_token":
      return refresh(pool, issuer, form);
    default: {
      const reason = `grant_type is ${quoted(form.grant_type)}; there are authorization_code and refresh_token.`;
      const isOfOthers = form.grant_type === "client_credentials";
      const { clientCredentialsErrorCode } = assumptions;
      throw refusal(isOfOthers ? clientCredentialsErrorCode : "unsupported_grant_type", reason);
    }
  }
}

async function exchangeCode(pool: Pool, issuer: string, form: ClientForm): Promise<TokenResponse> {
  return await issueFirstTokens(pool, issuer, form.client, redeemCode(pool, form));
}

/** Issues what a code is exchanged for, the refresh token included; throws OAuthError `invalid_grant` for a user who is gone or disabled. */
export async function issueFirstTokens(
  pool: Pool,
  issuer: string,
  client: AppClient,
  codeGrant: Omit<CodeGrant, "clientId" | "redirectUri" | "codeChallenge">,
): Promise<TokenResponse> {
  const user = activeUser(pool, codeGrant);
  assertReadable(client, codeGrant.scopes);
  const grant: Grant = {
    username: user.username,
    sub: user.sub,
    scopes: codeGrant.scopes,
    resource: codeGrant.resource,
    authTimeSeconds: codeGrant.authTimeSeconds,
    originJti: randomUUID(),
    eventId: randomUUID(),
  };
  const extras = { nonce: codeGrant.nonce, hasAtHash: true };
  const tokens = await issueTokens(pool, issuer, client, user, grant, extras);
  return { ...tokens, refresh_token: pool.refreshTokens.issue(grant, client) };
}

async function refresh(pool: Pool, issuer: string, form: ClientForm): Promise<TokenResponse> {
  const { client, refresh_token: token } = form;
  if (!token) throw refusal("invalid_request", "refresh_token is missing.");
  const grant = pool.refreshTokens.find(token, client);
  if (!grant) {
    throw refusal(
      "invalid_grant",
      "The refresh token is unknown: revoked, expired, another client's or not from this pool.",
    );
  }
  const user = activeUser(pool, grant);
  // Nothing waits between finding and rotating it, so of two requests at once one is too late.
  const successor = pool.refreshTokens.rotate(token, client);
  const hasAtHash = assumptions.refreshedIdTokenHasAtHash;
  const extras = { nonce: undefined, hasAtHash };
  const tokens = await issueTokens(pool, issuer, client, user, grant, extras);
  return { ...tokens, ...(successor !== undefined && { refresh_token: successor }) };
}

function assertReadable({ readAttributes }: AppClient, scopes: string[]): void {
  const attribute = unreadableAttribute(scopes, readAttributes);
  if (attribute === undefined) return;
  const reason = `A scope stands for ${attribute}, which is not among the client's ReadAttributes.`;
  throw refusal("invalid_grant", reason);
}

function activeUser(pool: Pool, { username, sub }: Pick<Grant, "username" | "sub">): User {
  const user = pool.users.get(username, sub);
  if (!user) throw refusal("invalid_grant", "The user has been deleted.");
  if (!user.enabled) throw refusal("invalid_grant", "The user is disabled.");
  return user;
}

function refusal(error: string, reason: string): OAuthError {
  return new OAuthError({ error, reason });
}
