import type { Request } from "express";
import { z } from "zod";
import { isSameSecret } from "../constant-time.ts";
import { OAuthError, quoted, type Refusal } from "../errors.ts";
import type { AppClient, Clients } from "../pool/clients.ts";
import { type Credentials, credentialsRefusal, invalidClient } from "./client-refusals.ts";

const formShape = z.object({
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  grant_type: z.string().optional(),
  code: z.string().optional(),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
  refresh_token: z.string().optional(),
  token: z.string().optional(),
  scope: z.string().optional(),
});

type Fields = z.infer<typeof formShape>;

/** What an app's server has sent, and which client it has proven to be. */
export interface ClientForm extends Fields {
  client: AppClient;
}

/**
 * Returns the form of a client that is authenticated or has no secret. Throws OAuthError: `invalid_request` for another
 * content type or a repeated parameter, `invalid_client` (with the given status) for wrong credentials.
 */
export function readClientForm(
  req: Request,
  clients: Clients,
  invalidClientStatus: number,
): ClientForm {
  if (!req.is("application/x-www-form-urlencoded")) throw new OAuthError(notAForm(req));
  const form = formShape.safeParse(req.body);
  if (!form.success) {
    const reason = `${String(form.error.issues[0]?.path[0])} was sent more than once.`;
    throw new OAuthError({ error: "invalid_request", reason });
  }
  const credentials = readCredentials(req, form.data, invalidClientStatus);
  const client = clients.find(credentials.clientId);
  if (!client || !isClient(client, credentials)) {
    throw new OAuthError(credentialsRefusal(credentials, clients), invalidClientStatus);
  }
  return { ...form.data, client };
}

function notAForm(req: Request): Refusal {
  const is = quoted(req.headers["content-type"] ?? "");
  const reason = `The Content-Type is ${is}; Cognito reads application/x-www-form-urlencoded alone.`;
  return { error: "invalid_request", reason };
}

/** A client without a secret proves nothing, and must not claim to. */
function isClient({ clientSecret }: AppClient, given: Credentials): boolean {
  return isSameSecret(given.clientSecret, clientSecret ?? "");
}

function readCredentials(req: Request, form: Fields, status: number): Credentials {
  const basic = req.headers.authorization;
  if (basic === undefined) {
    return { clientId: form.client_id ?? "", clientSecret: form.client_secret ?? "" };
  }
  // RFC 6749 §2.3: one way of authenticating in a request. A client_id beside Basic is usual, if it is the same.
  if (form.client_secret !== undefined) {
    const reason = "The client secret was sent twice: in the Authorization header and in the body.";
    throw new OAuthError({ error: "invalid_request", reason });
  }
  const credentials = parseBasic(basic);
  if (!credentials) {
    const reason = "The Authorization header is not “Basic”, then base64 of id:secret.";
    throw new OAuthError(invalidClient(reason), status);
  }
  if (form.client_id !== undefined && form.client_id !== credentials.clientId) {
    const reason = "client_id in the body is not the one in the Authorization header.";
    throw new OAuthError(invalidClient(reason), status);
  }
  return credentials;
}

/** Reads the credentials in an Authorization header; undefined where there are none. */
export function parseBasic(header: string): Credentials | undefined {
  // Cognito takes id and secret as they are, not form-encoded as RFC 6749 §2.3.1 has it.
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(header)?.[1];
  const decoded = Buffer.from(encoded ?? "", "base64").toString();
  const colon = decoded.indexOf(":");
  if (colon < 0) return undefined;
  return { clientId: decoded.slice(0, colon), clientSecret: decoded.slice(colon + 1) };
}
