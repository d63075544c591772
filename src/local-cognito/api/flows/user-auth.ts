import type { AppClient } from "../../pool/clients.ts";
import type { User } from "../../users/user.ts";
import { invalidSession } from "../authentication/auth-sessions.ts";
import { afterFirstFactor } from "../authentication/next-challenge.ts";
import { type Parameters, parameter } from "../authentication/parameters.ts";
import type { Context } from "../context.ts";
import { ApiException } from "../exceptions.ts";
import { passwordAuth, startSrp } from "./password-flows.ts";

const choices = ["PASSWORD_SRP", "PASSWORD"];

/**
 * USER_AUTH: the user chooses the first factor. All that this pool has is the password, sent or proven; with the session
 * of a sign-up that was confirmed not even that is asked for.
 */
export async function userAuth(
  context: Context,
  client: AppClient,
  typedName: string,
  { parameters, session }: { parameters: Parameters; session: string | undefined },
): Promise<object> {
  if (session !== undefined) return afterSignUp(context, client, typedName, session);
  const { PREFERRED_CHALLENGE: preferred, PASSWORD, SRP_A } = parameters;
  if (preferred === "PASSWORD" && PASSWORD)
    return passwordAuth(context, client, typedName, parameters);
  if (preferred === "PASSWORD_SRP" && SRP_A)
    return choseSrp(context, client, typedName, parameters);
  const user = context.pool.users.find(typedName);
  if (!user && !client.hidesUserExistence) {
    throw new ApiException("UserNotFoundException", "User does not exist.");
  }
  return {
    ChallengeName: "SELECT_CHALLENGE",
    Session: sessionFor(context, client, typedName, "SELECT_CHALLENGE"),
    ChallengeParameters: {},
    AvailableChallenges: choices,
  };
}

/** The answer to SELECT_CHALLENGE, which goes one step further in the same call. */
export async function selectChallenge(
  context: Context,
  client: AppClient,
  typedName: string,
  { responses, session }: { responses: Parameters; session: string },
): Promise<object> {
  const { sessions, pool } = context;
  const answer = parameter(responses, "ANSWER");
  const step = sessions.read(session, client.clientId);
  const username = pool.users.find(typedName)?.username ?? typedName;
  if (step.challenge !== "SELECT_CHALLENGE" || step.username !== username) throw invalidSession();
  if (!choices.includes(answer)) {
    throw new ApiException(
      "InvalidParameterException",
      `ANSWER is not among what is on offer: ${choices.join(", ")}.`,
    );
  }
  sessions.spend(step);
  if (answer === "PASSWORD") return passwordAuth(context, client, typedName, responses);
  return choseSrp(context, client, typedName, responses);
}

/** In this flow a proof of the password has a session as well. */
async function choseSrp(
  context: Context,
  client: AppClient,
  typedName: string,
  parameters: Parameters,
): Promise<object> {
  return {
    ...(await startSrp(context, client, typedName, parameters)),
    Session: sessionFor(context, client, typedName, "PASSWORD_VERIFIER"),
  };
}

/** A name that nobody has gets one as well. */
function sessionFor(
  { pool, sessions }: Context,
  client: AppClient,
  typedName: string,
  challenge: "SELECT_CHALLENGE" | "PASSWORD_VERIFIER",
): string {
  const { username, sub } = pool.users.find(typedName) ?? { username: typedName, sub: "" };
  return sessions.issue({ username, sub }, client, { challenge });
}

function afterSignUp(
  context: Context,
  client: AppClient,
  typedName: string,
  session: string,
): Promise<object> | object {
  const { sessions, pool } = context;
  const step = sessions.read(session, client.clientId);
  const user: User | undefined = pool.users.get(step.username, step.sub);
  if (step.challenge !== "SIGNED_UP" || !step.isVerified || user?.status !== "CONFIRMED") {
    throw invalidSession("This session is not that of a sign-up that was confirmed.");
  }
  if (!user.enabled || pool.users.find(typedName)?.sub !== user.sub) {
    throw invalidSession("USERNAME is not whom the session was made for.");
  }
  sessions.spend(step);
  return afterFirstFactor(context, client, user);
}
