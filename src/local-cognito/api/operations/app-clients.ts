import type { AppClient } from "../../pool/clients.ts";
import { describeClient } from "../app-clients/client-description.ts";
import type { ClientInput } from "../app-clients/client-input.ts";
import { clientSettings } from "../app-clients/client-settings.ts";
import { clientIn } from "../clients.ts";
import type { Context } from "../context.ts";
import { ApiException } from "../exceptions.ts";
import { assertPool } from "../named.ts";
import { type Page, pageOf } from "../pages.ts";

interface OfClient {
  UserPoolId: string;
  ClientId: string;
}

export function createUserPoolClient(
  context: Context,
  input: ClientInput & {
    UserPoolId: string;
    ClientName: string;
    GenerateSecret?: boolean;
    ClientSecret?: string;
  },
): object {
  const { pool, remarks } = context;
  assertPool(pool, input.UserPoolId);
  const { ClientSecret: secret, GenerateSecret = false, ClientName: name } = input;
  if (secret !== undefined && GenerateSecret) {
    throw new ApiException(
      "InvalidParameterException",
      "GenerateSecret and ClientSecret cannot be given together.",
    );
  }
  const hasSecret = GenerateSecret || secret !== undefined;
  const made = clientSettings(input, pool.settings, { name, hasSecret });
  remarks.push(...made.remarks);
  const client = pool.clients.create(made.settings, secret);
  return { UserPoolClient: describeClient(pool.userPoolId, client) };
}

/** What is left out goes back to its default, as at AWS; the log says what that was. */
export function updateUserPoolClient(context: Context, input: ClientInput & OfClient): object {
  const { pool, remarks } = context;
  const client = clientOf(context, input);
  const { hasSecret } = client;
  const name = input.ClientName ?? client.name;
  const made = clientSettings(input, pool.settings, { name, hasSecret });
  remarks.push(...made.remarks, ...fallenBack(client, made.settings, input));
  const updated = pool.clients.update(client, made.settings);
  return { UserPoolClient: describeClient(pool.userPoolId, updated) };
}

export function deleteUserPoolClient(context: Context, input: OfClient): undefined {
  const client = clientOf(context, input);
  if (client === context.pool.clients.first) {
    throw new ApiException(
      "InvalidParameterException",
      "Local Cognito cannot do without its first client: the app beside it has it.",
    );
  }
  context.pool.clients.remove(client);
}

export function describeUserPoolClient(context: Context, input: OfClient): object {
  return { UserPoolClient: describeClient(input.UserPoolId, clientOf(context, input)) };
}

export function listUserPoolClients(
  { pool }: Context,
  input: Page & { UserPoolId: string },
): object {
  assertPool(pool, input.UserPoolId);
  const { shown, ...next } = pageOf(pool.clients.list(), input, ({ clientId }) => clientId);
  const UserPoolClients = shown.map(({ clientId: ClientId, name: ClientName }) => ({
    ClientId,
    UserPoolId: input.UserPoolId,
    ClientName,
  }));
  return { UserPoolClients, ...next };
}

function clientOf({ pool }: Context, { UserPoolId, ClientId }: OfClient): AppClient {
  assertPool(pool, UserPoolId);
  return clientIn(pool, ClientId);
}

const inputNames: Partial<Record<keyof AppClient, keyof ClientInput>> = {
  callbackUrls: "CallbackURLs",
  signOutUrls: "LogoutURLs",
  scopes: "AllowedOAuthScopes",
  grants: "AllowedOAuthFlows",
  authFlows: "ExplicitAuthFlows",
  identityProviders: "SupportedIdentityProviders",
  idTokenSeconds: "IdTokenValidity",
  accessTokenSeconds: "AccessTokenValidity",
  refreshTokenSeconds: "RefreshTokenValidity",
  authSessionMinutes: "AuthSessionValidity",
  refreshTokenRotation: "RefreshTokenRotation",
  hidesUserExistence: "PreventUserExistenceErrors",
  readAttributes: "ReadAttributes",
  writeAttributes: "WriteAttributes",
  revokesTokens: "EnableTokenRevocation",
};

function fallenBack(before: AppClient, after: object, input: ClientInput): string[] {
  const names = Object.entries(inputNames).flatMap(([setting, name]) => {
    const was = JSON.stringify(before[setting as keyof AppClient]);
    const is = JSON.stringify((after as Record<string, unknown>)[setting]);
    return name !== undefined && input[name] === undefined && was !== is ? [name] : [];
  });
  if (names.length === 0) return [];
  return [`${names.join(", ")} went back to the default, since this call left them out.`];
}
