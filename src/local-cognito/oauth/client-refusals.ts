import type { Refusal } from "../errors.ts";
import type { AppClient, Clients } from "../pool/clients.ts";

/** What a client has sent to say who it is; empty where it has sent nothing. */
export interface Credentials {
  clientId: string;
  clientSecret: string;
}

/** Says what is wrong with credentials that are not the client's, without a character of either secret. */
export function credentialsRefusal(
  { clientId, clientSecret }: Credentials,
  clients: Clients,
): Refusal {
  const client = clients.find(clientId);
  return invalidClient(client ? secretReason(clientSecret, client) : idReason(clientId, clients));
}

export function invalidClient(reason: string): Refusal {
  return { error: "invalid_client", reason };
}

/** Says what is wrong with an id that no client has. */
export function idReason(given: unknown, clients: Clients): string {
  if (Array.isArray(given)) return "client_id was sent more than once.";
  if (typeof given !== "string" || given === "") return "client_id is missing.";
  const all = clients.list();
  if (clients.find(given.trim())) return "client_id has white space around it.";
  if (all.some(({ clientSecret }) => given === clientSecret)) {
    return "client_id is the client secret: the two are swapped.";
  }
  const ids = all.map(({ clientId }) => clientId);
  const has = ids.length === 1 ? `This pool's is ${ids[0]}` : `This pool has ${ids.join(", ")}`;
  return `client_id is another client's. ${has}; it is a new one once the data directory was deleted.`;
}

function secretReason(given: string, { clientId, clientSecret }: AppClient): string {
  if (clientSecret === undefined) return "This client has no secret, and one was sent.";
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
