import { randomBytes } from "node:crypto";
import { assumptions } from "../assumptions.ts";
import type { SignedIn } from "../browser/hosted-session.ts";
import { decideTokens, issueWithoutRefresh } from "../tokens/issue.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";
import { callbackAddress } from "./authorization-response.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import { refusedToApp } from "./refused-to-app.ts";

/** Returns the callback address that carries what the app has asked for: a code, or with the implicit grant the tokens. */
export async function grantResponse(
  server: AuthorizationServer,
  request: AuthorizationRequest,
  { user: signedIn, authTimeSeconds }: SignedIn,
): Promise<string> {
  const { client, redirectUri, scopes, codeChallenge, resource, state } = request;
  // A trigger may have changed the user since.
  const user = server.users.get(signedIn.username, signedIn.sub) ?? signedIn;
  // Cognito gives a provider's user a nonce that nobody has asked for.
  const nonce = request.nonce ?? (user.identity && randomBytes(32).toString("base64url"));
  const asked = { scopes, nonce, resource, authTimeSeconds };
  const decided = await refusedToApp(request, () => decideTokens(server, client, user, asked));
  const granted = { ...asked, ...(decided && { decided }) };
  if (request.responseType === "code") {
    const { username, sub } = user;
    const { clientId } = client;
    const bound = { clientId, redirectUri, codeChallenge, username, sub };
    return callbackAddress(request, { code: server.codes.issue({ ...granted, ...bound }) });
  }
  const tokens = await issueWithoutRefresh(server, server.issuer, client, user, granted);
  const fragment = new URLSearchParams({
    ...(tokens.idToken !== undefined && { id_token: tokens.idToken }),
    access_token: tokens.accessToken,
    expires_in: String(tokens.expiresInSeconds),
    token_type: assumptions.implicitTokenType,
    ...(state !== undefined && { state }),
  });
  return `${redirectUri}#${fragment}`;
}
