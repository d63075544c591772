import type { AppClient } from "../../pool/clients.ts";
import { seconds } from "../user-descriptions.ts";

/** A client as the API shows it: its secret in clear, and every lifetime in the unit that it comes out whole in. */
export function describeClient(userPoolId: string, client: AppClient): object {
  const { clientSecret, readAttributes, writeAttributes, defaultRedirectUrl, grants } = client;
  const access = inUnits(client.accessTokenSeconds);
  const id = inUnits(client.idTokenSeconds);
  const refresh = inUnits(client.refreshTokenSeconds);
  return {
    UserPoolId: userPoolId,
    ClientName: client.name,
    ClientId: client.clientId,
    ...(clientSecret !== undefined && { ClientSecret: clientSecret }),
    LastModifiedDate: seconds(client.modifiedAt),
    CreationDate: seconds(client.createdAt),
    RefreshTokenValidity: refresh.value,
    AccessTokenValidity: access.value,
    IdTokenValidity: id.value,
    TokenValidityUnits: { AccessToken: access.unit, IdToken: id.unit, RefreshToken: refresh.unit },
    ...(readAttributes && { ReadAttributes: readAttributes }),
    ...(writeAttributes && { WriteAttributes: writeAttributes }),
    ExplicitAuthFlows: client.authFlows,
    ...unlessEmpty("SupportedIdentityProviders", client.identityProviders),
    ...unlessEmpty("CallbackURLs", client.callbackUrls),
    ...unlessEmpty("LogoutURLs", client.signOutUrls),
    ...(defaultRedirectUrl && { DefaultRedirectURI: defaultRedirectUrl }),
    ...unlessEmpty("AllowedOAuthFlows", grants),
    ...unlessEmpty("AllowedOAuthScopes", client.scopes),
    AllowedOAuthFlowsUserPoolClient: grants.length > 0,
    PreventUserExistenceErrors: client.hidesUserExistence ? "ENABLED" : "LEGACY",
    EnableTokenRevocation: client.revokesTokens,
    EnablePropagateAdditionalUserContextData: false,
    AuthSessionValidity: client.authSessionMinutes,
    ...rotationOf(client),
  };
}

function rotationOf({ refreshTokenRotation: rotation }: AppClient) {
  if (!rotation) return {};
  const { graceSeconds: RetryGracePeriodSeconds } = rotation;
  return { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds } };
}

function unlessEmpty(name: string, list: string[]) {
  return list.length > 0 ? { [name]: list } : {};
}

const units = [
  ["days", 24 * 60 * 60],
  ["hours", 60 * 60],
  ["minutes", 60],
  ["seconds", 1],
] as const;

function inUnits(lifetime: number) {
  const [unit, length] = units.find(([, size]) => lifetime % size === 0) ?? units[3];
  return { unit, value: lifetime / length };
}
