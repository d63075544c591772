import { assertSecretHash } from "../../accounts/secret-hash.ts";
import type { AppClient } from "../../pool/clients.ts";
import type { User } from "../../users/user.ts";
import { clientIn } from "../clients.ts";
import type { Context } from "../context.ts";
import { ApiException } from "../exceptions.ts";
import { answerCustom, provenInCustom } from "../flows/custom-auth.ts";
import { provenUser } from "../flows/srp-flow.ts";
import { selectChallenge } from "../flows/user-auth.ts";
import { assertPool } from "../named.ts";
import { answers } from "./answers.ts";
import { type AuthStep, invalidSession } from "./auth-sessions.ts";
import { afterPassword } from "./next-challenge.ts";
import { type Parameters, parameter } from "./parameters.ts";
import { assertMaySignIn } from "./status.ts";

export interface RespondInput {
  ChallengeName: string;
  ChallengeResponses?: Parameters;
  ClientId: string;
  Session?: string;
}

export async function respondToAuthChallenge(
  context: Context,
  { ChallengeName, ChallengeResponses = {}, ClientId, Session }: RespondInput,
): Promise<object> {
  const client = clientIn(context.pool, ClientId);
  const typedName = parameter(ChallengeResponses, "USERNAME");
  assertSecretHash(client, typedName, ChallengeResponses.SECRET_HASH);
  if (ChallengeName === "PASSWORD_VERIFIER") {
    return answerSrp(context, client, ChallengeResponses, Session);
  }
  if (!Session) throw invalid("Missing required parameter Session");
  if (ChallengeName === "SELECT_CHALLENGE") {
    return selectChallenge(context, client, typedName, {
      responses: ChallengeResponses,
      session: Session,
    });
  }
  if (ChallengeName === "CUSTOM_CHALLENGE") {
    return answerCustom(context, client, typedName, {
      responses: ChallengeResponses,
      session: Session,
    });
  }
  const answer = answers[ChallengeName];
  if (!answer) throw invalid(`Local Cognito does not have the challenge ${ChallengeName}.`);
  const step = context.sessions.read(Session, ClientId);
  const user = userAt(context, step, typedName);
  if (step.challenge !== ChallengeName) {
    throw invalidSession(`The session waits for ${step.challenge}, not for ${ChallengeName}.`);
  }
  return answer(context, client, { user, step, responses: ChallengeResponses });
}

export function adminRespondToAuthChallenge(
  context: Context,
  input: RespondInput & { UserPoolId: string },
): Promise<object> {
  assertPool(context.pool, input.UserPoolId);
  return respondToAuthChallenge(context, input);
}

async function answerSrp(
  context: Context,
  client: AppClient,
  responses: Parameters,
  session: string | undefined,
): Promise<object> {
  const { pool, sessions } = context;
  const step = session === undefined ? undefined : sessions.read(session, client.clientId);
  if (step) sessions.spend(step);
  const user = await provenUser(pool, client, responses, (block) => sessions.spendBlock(block));
  assertMaySignIn(user, pool.now());
  if (step?.customId) return provenInCustom(context, client, user, step.customId);
  return afterPassword(context, client, user);
}

/** The user of a session, named in the same call by any name that finds them. */
function userAt({ pool }: Context, step: AuthStep, typedName: string): User {
  const user = pool.users.get(step.username, step.sub);
  if (!user || pool.users.find(typedName)?.sub !== user.sub) {
    throw invalidSession("USERNAME is not whom the session was made for.");
  }
  assertMaySignIn(user, pool.now());
  return user;
}

function invalid(message: string): ApiException {
  return new ApiException("InvalidParameterException", message);
}
