import { createHmac } from "node:crypto";
import { isSameSecret } from "../constant-time.ts";
import type { AppClient } from "../pool/clients.ts";
import type { Pool } from "../pool.ts";
import { ApiException } from "./exceptions.ts";

/** Returns the client of that id; throws ApiException for one that the pool does not have. */
export function clientIn(pool: Pool, clientId: string): AppClient {
  const client = pool.clients.find(clientId);
  if (client) return client;
  throw new ApiException(
    "ResourceNotFoundException",
    `User pool client ${clientId} does not exist.`,
  );
}

/** Throws ApiException unless the caller has proven the client's secret, over the name that is in the same call. */
export function assertSecretHash(
  { clientId, clientSecret }: AppClient,
  username: string,
  hash: string | undefined,
): void {
  if (clientSecret === undefined && hash === undefined) return;
  if (hash === undefined) throw hashMissing(clientId);
  const hmac = createHmac("sha256", clientSecret ?? "").update(username + clientId);
  if (clientSecret !== undefined && isSameSecret(hash, hmac.digest("base64"))) return;
  throw hashWrong(
    clientId,
    clientSecret === undefined
      ? "This client has no secret, so there is nothing to make a hash with."
      : "The hash is Base64 of HMAC-SHA256, under the client secret, of the user name as it stands in this call and the client id.",
  );
}

/** Throws ApiException unless the secret is the client's, where it has one. */
export function assertClientSecret({ clientId, clientSecret }: AppClient, given?: string): void {
  if (clientSecret === undefined && given === undefined) return;
  if (clientSecret !== undefined && given !== undefined && isSameSecret(given, clientSecret))
    return;
  throw hashWrong(clientId, "ClientSecret is missing, wrong, or of a client that has none.");
}

function hashMissing(clientId: string): ApiException {
  const message = `Client ${clientId} is configured with secret but SECRET_HASH was not received`;
  return new ApiException("NotAuthorizedException", message);
}

function hashWrong(clientId: string, reason: string): ApiException {
  const message = `Unable to verify secret hash for client ${clientId}`;
  return new ApiException("NotAuthorizedException", message, { reason });
}
