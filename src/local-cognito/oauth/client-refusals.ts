import type { Refusal } from "../errors.ts";
import type { AppClient } from "./app-client.ts";

/** What a client has sent to say who it is; empty where it has sent nothing. */
export interface Credentials {
  clientId: string;
  clientSecret: string;
}

/** Says what is wrong with credentials that are not the client's, without a character of either secret. */
export function credentialsRefusal(
  { clientId, clientSecret }: Credentials,
  client: AppClient,
): Refusal {
  return invalidClient(idReason(clientId, client) ?? secretReason(clientSecret, client));
}

export function invalidClient(reason: string): Refusal {
  return { error: "invalid_client", reason };
}

/** Says what is wrong with a client id, or returns undefined. */
export function idReason(given: unknown, client: AppClient): string | undefined {
  if (given === client.clientId) return undefined;
  if (Array.isArray(given)) return "client_id was sent more than once.";
  if (typeof given !== "string" || given === "") return "client_id is missing.";
  if (given.trim() === client.clientId) return "client_id has white space around it.";
  if (given === client.clientSecret) return "client_id is the client secret: the two are swapped.";
  return `client_id is another client's. This pool's is ${client.clientId}; it is a new one once the data directory was deleted.`;
}

function secretReason(given: string, { clientId, clientSecret }: AppClient): string {
  if (given === "") return "The client secret is missing, and this client has one.";
  if (given.trim() === clientSecret) return "The client secret has white space around it.";
  if (given === clientId) return "The client secret is the client id.";
  if (given.toLowerCase() === clientSecret.toLowerCase()) {
    return "The client secret differs by the case of its letters.";
  }
  if (clientSecret.startsWith(given)) return "The client secret is cut short.";
  if (given.startsWith(clientSecret)) return "The client secret has something behind it.";
  return "The client secret is wrong.";
}
