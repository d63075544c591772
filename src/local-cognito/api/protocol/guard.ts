import type { IncomingMessage } from "node:http";
import { isOwnHost } from "../../loopback-host.ts";
import { isOnThisMachine } from "../../pool/registered-urls.ts";
import { ApiException } from "../exceptions.ts";

const signaturePattern =
  /^AWS4-HMAC-SHA256 +(?=.*\bCredential=[^\s,]+)(?=.*\bSignedHeaders=[^\s,]+)(?=.*\bSignature=[^\s,]+)/;

/**
 * Throws ApiException for a call under a foreign host name, which a web page could point at this machine.
 */
export function assertOwnHost(req: IncomingMessage, origin: string): void {
  if (isOwnHost(req.headers.host, origin)) return;
  throw accessDenied(`This pool is at ${origin}, and answers under no other name.`);
}

/**
 * Throws ApiException unless the call may be an administrator's. Any key and any signature count, so a web page from
 * elsewhere must not get this far.
 */
export function assertAdministrator(req: IncomingMessage, operation: string): void {
  const { origin, authorization } = req.headers;
  if (origin !== undefined && !isPageOnThisMachine(origin)) {
    throw accessDenied(
      `${operation} is for administrators: local Cognito takes it from no web page that is not on this machine.`,
    );
  }
  if (authorization === undefined) {
    throw new ApiException("MissingAuthenticationTokenException", "Missing Authentication Token", {
      reason: `${operation} is for administrators: sign it, with any keys (--no-sign-request does without).`,
    });
  }
  if (authorization.length > 4096 || !signaturePattern.test(authorization)) {
    throw new ApiException(
      "IncompleteSignatureException",
      "Authorization header requires 'Credential' parameter, 'Signature' parameter and 'SignedHeaders' parameter.",
    );
  }
}

function isPageOnThisMachine(origin: string): boolean {
  return /^https?:/.test(origin) && isOnThisMachine(origin);
}

function accessDenied(message: string): ApiException {
  return new ApiException("AccessDeniedException", message, { status: 403 });
}
