import { createHmac } from "node:crypto";
import { isSameSecret } from "../constant-time.ts";
import type { AppClient } from "../pool/clients.ts";
import { refusal } from "./exceptions.ts";
import { messages } from "./messages.ts";

/**
 * Throws NotAuthorizedException unless the client has proven its secret for this name. The proof is the base64 of
 * HMAC-SHA256 over name and client id, the name letter by letter as in the request. A client without a secret proves nothing.
 */
export function assertSecretHash(
  { clientId, clientSecret }: AppClient,
  username: string,
  secretHash: string | undefined,
): void {
  if (clientSecret === undefined && secretHash === undefined) return;
  if (secretHash === undefined) {
    throw refusal("NotAuthorizedException", messages.secretHashMissing(clientId));
  }
  const expected = createHmac("sha256", clientSecret ?? "")
    .update(username + clientId)
    .digest("base64");
  if (clientSecret !== undefined && isSameSecret(secretHash, expected)) return;
  throw refusal("NotAuthorizedException", messages.secretHashWrong(clientId));
}
