import { createHmac } from "node:crypto";
import { assumptions } from "../assumptions.ts";
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
  if (clientSecret === undefined) {
    if (secretHash === undefined || !assumptions.needlessSecretHashIsRefused) return;
    throw wrong(clientId, "This client has no secret, so there is nothing to make a hash with.");
  }
  if (secretHash === undefined) {
    throw refusal("NotAuthorizedException", messages.secretHashMissing(clientId));
  }
  const hmac = createHmac("sha256", clientSecret).update(username + clientId);
  if (isSameSecret(secretHash, hmac.digest("base64"))) return;
  throw wrong(
    clientId,
    "The hash is base64 of HMAC-SHA256, under the client secret, of the user name as it stands in this call and the client id behind it.",
  );
}

function wrong(clientId: string, reason: string) {
  const refused = refusal("NotAuthorizedException", messages.secretHashWrong(clientId));
  refused.reason = reason;
  return refused;
}
