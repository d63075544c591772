import type { Request } from "express";
import { z } from "zod";
import { isSameSecret } from "../constant-time.ts";
import { OAuthError, quoted, type Refusal } from "../errors.ts";
import type { ClientSettings } from "../pool/pool-settings.ts";
import { type Credentials, credentialsRefusal, invalidClient } from "./client-refusals.ts";

/** The one app client of the pool: confidential, authorization code grant. */
export interface AppClient extends ClientSettings {
  clientId: string;
  clientSecret: string;
}

const formShape = z.object({
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  grant_type: z.string().optional(),
  code: z.string().optional(),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
  refresh_token: z.string().optional(),
  token: z.string().optional(),
});

export type ClientForm = z.infer<typeof formShape>;

/**
 * Returns the form that the authenticated client has sent; throws OAuthError: `invalid_request` for another
 * content type or a repeated parameter, `invalid_client` (with the given status) for wrong credentials.
 */
export function readClientForm(
  req: Request,
  client: AppClient,
  invalidClientStatus: number,
): ClientForm {
  if (!req.is("application/x-www-form-urlencoded")) throw new OAuthError(notAForm(req));
  const form = formShape.safeParse(req.body);
  if (!form.success) {
    const reason = `${String(form.error.issues[0]?.path[0])} was sent more than once.`;
    throw new OAuthError({ error: "invalid_request", reason });
  }
  const credentials = readCredentials(req, form.data, invalidClientStatus);
  if (!isClient(client, credentials)) {
    throw new OAuthError(credentialsRefusal(credentials, client), invalidClientStatus);
  }
  return form.data;
}

function notAForm(req: Request): Refusal {
  const is = quoted(req.headers["content-type"] ?? "");
  const reason = `The Content-Type is ${is}; Cognito reads application/x-www-form-urlencoded alone.`;
  return { error: "invalid_request", reason };
}

function isClient(client: AppClient, given: Credentials): boolean {
  const isSameId = isSameSecret(given.clientId, client.clientId);
  return isSameSecret(given.clientSecret, client.clientSecret) && isSameId;
}

function readCredentials(req: Request, form: ClientForm, status: number): Credentials {
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
