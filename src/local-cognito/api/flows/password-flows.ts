import { authenticate } from "../../accounts/authentication.ts";
import type { AppClient } from "../../pool/clients.ts";
import { preAuthentication } from "../../triggers/authentication-triggers.ts";
import type { User } from "../../users/user.ts";
import { notAuthorized } from "../authentication/auth-sessions.ts";
import { afterPassword } from "../authentication/next-challenge.ts";
import { type Parameters, parameter } from "../authentication/parameters.ts";
import { assertConfirmedFirst, assertMaySignIn } from "../authentication/status.ts";
import type { Context } from "../context.ts";
import { ApiException } from "../exceptions.ts";
import { srpChallenge } from "./srp-flow.ts";

/** Signs in with a password that is sent, as far as it does that alone. */
export async function passwordAuth(
  context: Context,
  client: AppClient,
  username: string,
  parameters: Parameters,
): Promise<object> {
  const { pool, accounts, caller } = context;
  const password = parameter(parameters, "PASSWORD");
  assertConfirmedFirst(client, pool.users.find(username));
  const user = await authenticate(accounts, { client, caller, username, password });
  assertMaySignIn(user, pool.now());
  return afterPassword(context, client, user);
}

/** Answers the first half of a proof of the password. */
export async function startSrp(
  { pool, accounts, caller }: Context,
  client: AppClient,
  typedName: string,
  parameters: Parameters,
): Promise<object> {
  const A = parameter(parameters, "SRP_A");
  const found = pool.users.find(typedName);
  const user = found?.status === "EXTERNAL_PROVIDER" ? undefined : found;
  if (!user && !client.hidesUserExistence) {
    throw new ApiException("UserNotFoundException", "User does not exist.");
  }
  await preAuthentication(accounts, user, { client, caller, typedName });
  if (user) assertMayProve(client, user, pool.now());
  return {
    ChallengeName: "PASSWORD_VERIFIER",
    ChallengeParameters: srpChallenge(pool, client, { typedName, user, A }),
  };
}

/** Where the client hides who exists, only a proof shows how an account stands. */
function assertMayProve(client: AppClient, user: User, now: number): void {
  if (!client.hidesUserExistence) assertMaySignIn(user, now);
  else if (!user.enabled) throw notAuthorized("User is disabled.");
}
