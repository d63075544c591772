import type { Request } from "express";
import type { SignedIn } from "../browser/hosted-session.ts";
import { ownUsers } from "../identity-providers/identity-providers.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";
import type { AuthorizationServer } from "./authorization-server.ts";

/**
 * Returns the user who may go on in this browser without proving anything. There is none if the app wants a new sign-in. Nor
 * is there one if the app wants another way in (a provider, or the pool's own form) than this user came by.
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
