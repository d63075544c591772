import { messages } from "../accounts/messages.ts";
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

/** Throws ApiException unless the secret is the client's, where it has one. */
export function assertClientSecret({ clientId, clientSecret }: AppClient, given?: string): void {
  if (clientSecret === undefined && given === undefined) return;
  const isRight = isSameSecret(given ?? "", clientSecret ?? "");
  if (clientSecret !== undefined && given !== undefined && isRight) return;
  throw new ApiException("NotAuthorizedException", messages.secretHashWrong(clientId), {
    reason: "ClientSecret is missing, wrong, or of a client that has none.",
  });
}
