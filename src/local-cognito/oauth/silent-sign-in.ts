import type { Request } from "express";
import type { SignedIn } from "../browser/hosted-session.ts";
import { ownUsers } from "../identity-providers/identity-providers.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";
import type { AuthorizationServer } from "./authorization-server.ts";

/**
 * Returns who may go on in this browser without proving anything: nobody where the app wants a new sign-in, or one
 * through a provider (or as one of the pool's own users) that this person did not come through.
 */
export function silentSignIn(
  pool: AuthorizationServer,
  req: Request,
  { prompts, identityProvider }: AuthorizationRequest,
): SignedIn | undefined {
  const signedIn = prompts.includes("login") ? undefined : pool.sessions.find(req);
  const cameThrough = signedIn?.user.identity?.providerName ?? ownUsers;
  return identityProvider === undefined || identityProvider === cameThrough ? signedIn : undefined;
}
