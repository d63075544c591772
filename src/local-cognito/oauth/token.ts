import type { RequestHandler } from "express";
import { CognitoException } from "../accounts/exceptions.ts";
import { assumptions } from "../assumptions.ts";
import { OAuthError, quoted } from "../errors.ts";
import type { AppClient } from "../pool/clients.ts";
import { unreadableAttribute } from "../tokens/attribute-claims.ts";
import { issueFor, issueForClient, refreshWith, type Tokens } from "../tokens/issue.ts";
import type { Grant } from "../tokens/refresh-tokens.ts";
import type { User } from "../users/user.ts";
import { type ClientForm, readClientForm } from "./app-client.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import { redeemCode } from "./code-redemption.ts";

/** POST /oauth2/token: exchanges a code, a refresh token or a client's own credentials, for an authenticated client only. */
export function token(server: AuthorizationServer): RequestHandler {
  return async (req, res) => {
    const form = readClientForm(req, server.clients, assumptions.invalidClientStatus.token);
    const tokens = await refusedInJson(() => answerGrant(server, form));
    res.json({
      ...(tokens.idToken !== undefined && { id_token: tokens.idToken }),
      access_token: tokens.accessToken,
      ...(tokens.refreshToken !== undefined && { refresh_token: tokens.refreshToken }),
      expires_in: tokens.expiresInSeconds,
      token_type: "Bearer",
    });
  };
}

/** A trigger may refuse tokens; the app reads why. */
async function refusedInJson<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (thrown) {
    if (!(thrown instanceof CognitoException)) throw thrown;
    const { message: description, reason = description } = thrown;
    throw new OAuthError({ error: assumptions.triggerFailureErrorCode, description, reason });
  }
}

function answerGrant(server: AuthorizationServer, form: ClientForm): Promise<Tokens> {
  switch (form.grant_type) {
    case undefined:
      throw refusal("invalid_request", "grant_type is missing.");
    case "authorization_code":
      return exchangeCode(server, form);
    case "refresh_token":
      return refresh(server, form);
    case "client_credentials":
      return grantToClient(server, form);
    default: {
      const reason = `grant_type is ${quoted(form.grant_type)}; there are authorization_code, refresh_token and client_credentials.`;
      throw refusal("unsupported_grant_type", reason);
    }
  }
}

async function exchangeCode(server: AuthorizationServer, form: ClientForm): Promise<Tokens> {
  const { client } = form;
  const granted = redeemCode(server, form);
  const user = activeUser(server, granted);
  assertReadable(client, granted.scopes);
  return issueFor(server, server.issuer, client, user, granted);
}

async function refresh(server: AuthorizationServer, form: ClientForm): Promise<Tokens> {
  const { client, refresh_token: refreshToken } = form;
  if (!refreshToken) throw refusal("invalid_request", "refresh_token is missing.");
  const grant = server.refreshTokens.find(refreshToken, client);
  if (!grant) {
    throw refusal(
      "invalid_grant",
      "The refresh token is unknown: revoked, expired, another client's or not from this pool.",
    );
  }
  const user = activeUser(server, grant);
  return refreshWith(server, server.issuer, client, user, { grant, refreshToken });
}

/** RFC 6749 §4.4: a token for the client itself, with scopes of resource servers alone. */
async function grantToClient(
  server: AuthorizationServer,
  { client, scope = "" }: ClientForm,
): Promise<Tokens> {
  if (client.clientSecret === undefined || !client.grants.includes("client_credentials")) {
    const reason =
      "This client has no secret, or AllowedOAuthFlows does not name client_credentials.";
    throw refusal(assumptions.clientCredentialsErrorCode, reason);
  }
  const ofResourceServers = client.scopes.filter((allowed) => allowed.includes("/"));
  const asked = [...new Set(scope.split(" ").filter((word) => word !== ""))];
  const refused = asked.find((word) => !ofResourceServers.includes(word));
  if (refused !== undefined) {
    const has = ofResourceServers.join(" ") || "none";
    const reason = `The scope ${quoted(refused)} is no custom scope of this client, which has ${has}.`;
    throw refusal(assumptions.clientCredentialsScopeErrorCode, reason);
  }
  const scopes = asked.length > 0 ? asked : ofResourceServers;
  return issueForClient(server, server.issuer, client, scopes);
}

function assertReadable({ readAttributes }: AppClient, scopes: string[]): void {
  const attribute = unreadableAttribute(scopes, readAttributes);
  if (attribute === undefined) return;
  const reason = `A scope stands for ${attribute}, which is not among the client's ReadAttributes.`;
  throw refusal("invalid_grant", reason);
}

function activeUser(
  { users }: AuthorizationServer,
  { username, sub }: Pick<Grant, "username" | "sub">,
): User {
  const user = users.get(username, sub);
  if (!user) throw refusal("invalid_grant", "The user has been deleted.");
  if (!user.enabled) throw refusal("invalid_grant", "The user is disabled.");
  return user;
}

function refusal(error: string, reason: string): OAuthError {
  return new OAuthError({ error, reason });
}
