import type { Request } from "express";
import { z } from "zod";
import { isSameSecret } from "./constant-time.ts";
import { OAuthError } from "./errors.ts";

/** The one app client of the pool: confidential, authorization code grant. */
export interface AppClient {
  clientId: string;
  clientSecret: string;
  callbackUrls: string[];
  signOutUrls: string[];
  scopes: string[];
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
  if (!req.is("application/x-www-form-urlencoded")) throw new OAuthError("invalid_request");
  const form = formShape.safeParse(req.body);
  if (!form.success) throw new OAuthError("invalid_request");
  if (!isClient(client, readCredentials(req, form.data))) {
    throw new OAuthError("invalid_client", invalidClientStatus);
  }
  return form.data;
}

interface Credentials {
  clientId: string;
  clientSecret: string;
}

function isClient(client: AppClient, given: Credentials | undefined): boolean {
  if (!given) return false;
  const isSameId = isSameSecret(given.clientId, client.clientId);
  return isSameSecret(given.clientSecret, client.clientSecret) && isSameId;
}

function readCredentials(req: Request, form: ClientForm): Credentials | undefined {
  const basic = req.headers.authorization;
  if (basic === undefined) {
    return { clientId: form.client_id ?? "", clientSecret: form.client_secret ?? "" };
  }
  // RFC 6749 §2.3: one way of authenticating in a request. A client_id beside Basic is usual, if it is the same.
  if (form.client_secret !== undefined) throw new OAuthError("invalid_request");
  const credentials = parseBasic(basic);
  const isContradicted = form.client_id !== undefined && form.client_id !== credentials?.clientId;
  return isContradicted ? undefined : credentials;
}

// Cognito takes id and secret as they are, not form-encoded as RFC 6749 §2.3.1 has it.
function parseBasic(header: string): Credentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(header)?.[1];
  const decoded = Buffer.from(encoded ?? "", "base64").toString();
  const colon = decoded.indexOf(":");
  if (colon < 0) return undefined;
  return { clientId: decoded.slice(0, colon), clientSecret: decoded.slice(colon + 1) };
}
