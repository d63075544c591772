import { randomUUID } from "node:crypto";
import type { AppClient } from "../../pool/clients.ts";
import { unrecognizable } from "../../triggers/answers.ts";
import { preAuthentication } from "../../triggers/authentication-triggers.ts";
import {
  type Challenged,
  createAuthChallenge,
  defineAuthChallenge,
  verifyAuthChallengeResponse,
} from "../../triggers/challenge-triggers.ts";
import type { ChallengeResult } from "../../triggers/events.ts";
import type { User } from "../../users/user.ts";
import {
  type CustomSignIn,
  invalidSession,
  notAuthorized,
} from "../authentication/auth-sessions.ts";
import { type Parameters, parameter } from "../authentication/parameters.ts";
import { assertMaySignIn } from "../authentication/status.ts";
import { signIn } from "../authentication/tokens.ts";
import type { Context } from "../context.ts";
import { ApiException } from "../exceptions.ts";
import { srpChallenge } from "./srp-flow.ts";

/** CUSTOM_AUTH: the pool's own triggers say what is asked, and when it is enough; after a proof of the password, if wanted. */
export async function customAuth(
  context: Context,
  client: AppClient,
  typedName: string,
  parameters: Parameters,
): Promise<object> {
  const { pool, accounts, caller } = context;
  if (!(await accounts.triggers?.has("DefineAuthChallenge"))) {
    throw new ApiException(
      "InvalidParameterException",
      "Custom auth lambda trigger is not configured for the user pool.",
    );
  }
  const user = pool.users.find(typedName);
  if (!user && !client.hidesUserExistence) {
    throw new ApiException("UserNotFoundException", "User does not exist.");
  }
  await preAuthentication(accounts, user, { client, caller, typedName });
  if (user) assertMaySignIn(user, pool.now());
  const { CHALLENGE_NAME: first, SRP_A } = parameters;
  const results: ChallengeResult[] =
    first === "SRP_A" ? [{ challengeName: "SRP_A", challengeResult: true }] : [];
  // What begins a sign-in has no metadata for these triggers.
  return goOn(
    context,
    { client, user, typedName, caller: { ...caller, clientMetadata: undefined } },
    results,
    SRP_A,
  );
}

/** The answer to CUSTOM_CHALLENGE; a wrong one ends nothing unless DefineAuthChallenge says so. */
export async function answerCustom(
  context: Context,
  client: AppClient,
  typedName: string,
  { responses, session }: { responses: Parameters; session: string },
): Promise<object> {
  const { accounts, sessions } = context;
  const step = sessions.read(session, client.clientId);
  const state = step.customId === undefined ? undefined : sessions.custom.get(step.customId);
  if (step.challenge !== "CUSTOM_CHALLENGE" || !state) throw invalidSession();
  const challenged = challengedBy(context, client, step, typedName);
  const { privateParameters, metadata, results } = state;
  const answer = parameter(responses, "ANSWER");
  sessions.spend(step);
  const challengeResult = await verifyAuthChallengeResponse(accounts, challenged, {
    privateParameters,
    answer,
  });
  const result: ChallengeResult = {
    challengeName: "CUSTOM_CHALLENGE",
    challengeResult,
    ...(metadata !== undefined && { challengeMetadata: metadata }),
  };
  return goOn(context, challenged, [...results, result]);
}

/** Goes on with somebody who has proven the password in a custom sign-in. */
export function provenInCustom(
  context: Context,
  client: AppClient,
  user: User,
  customId: string,
): Promise<object> {
  const { caller, sessions } = context;
  const { results } = sessions.custom.get(customId) ?? {};
  if (!results) throw invalidSession();
  const challenged = { client, user, typedName: user.username, caller };
  return goOn(context, challenged, [
    ...results,
    { challengeName: "PASSWORD_VERIFIER", challengeResult: true },
  ]);
}

async function goOn(
  context: Context,
  challenged: Challenged,
  results: ChallengeResult[],
  A?: string,
): Promise<object> {
  const { accounts } = context;
  const { client, user } = challenged;
  const next = await defineAuthChallenge(accounts, challenged, results);
  if (next === "failure" || (next === "tokens" && !user)) {
    throw notAuthorized(
      "Incorrect username or password.",
      user ? "DefineAuthChallenge ended the sign-in." : "There is no user of that name.",
    );
  }
  if (next === "tokens") return signIn(context, client, user as User);
  const { challengeName } = next;
  if (challengeName === "PASSWORD_VERIFIER" && A)
    return askForProof(context, challenged, results, A);
  if (challengeName === "CUSTOM_CHALLENGE") return askCustom(context, challenged, results);
  const reason = `${challengeName} is no challenge that can come here: CUSTOM_CHALLENGE is, and after SRP_A PASSWORD_VERIFIER.`;
  throw unrecognizable("DefineAuthChallenge", reason);
}

async function askCustom(
  context: Context,
  challenged: Challenged,
  session: ChallengeResult[],
): Promise<object> {
  const asked = { challengeName: "CUSTOM_CHALLENGE", session };
  const created = await createAuthChallenge(context.accounts, challenged, asked);
  const { publicParameters, privateParameters, metadata } = created;
  const state = { results: session, privateParameters, metadata };
  return {
    ChallengeName: "CUSTOM_CHALLENGE",
    Session: issue(context, challenged, "CUSTOM_CHALLENGE", state),
    ChallengeParameters: { ...publicParameters, USERNAME: nameOf(challenged) },
  };
}

function askForProof(
  context: Context,
  challenged: Challenged,
  results: ChallengeResult[],
  A: string,
): object {
  const { client, typedName, user } = challenged;
  const state = { results, privateParameters: {}, metadata: undefined };
  return {
    ChallengeName: "PASSWORD_VERIFIER",
    Session: issue(context, challenged, "PASSWORD_VERIFIER", state),
    ChallengeParameters: srpChallenge(context.pool, client, { typedName, user, A }),
  };
}

function issue(
  { sessions }: Context,
  challenged: Challenged,
  challenge: "CUSTOM_CHALLENGE" | "PASSWORD_VERIFIER",
  state: CustomSignIn,
): string {
  const customId = randomUUID();
  sessions.custom.set(customId, state);
  const who = { username: nameOf(challenged), sub: challenged.user?.sub ?? "" };
  return sessions.issue(who, challenged.client, { challenge, customId });
}

function challengedBy(
  { pool, caller }: Context,
  client: AppClient,
  { username, sub }: { username: string; sub: string },
  typedName: string,
): Challenged {
  const user = sub === "" ? undefined : pool.users.get(username, sub);
  const named = pool.users.find(typedName)?.username ?? typedName;
  if (named !== username || (sub !== "" && !user)) throw invalidSession();
  if (user) assertMaySignIn(user, pool.now());
  return { client, user, typedName: username, caller };
}

function nameOf({ user, typedName }: Challenged): string {
  return user?.username ?? typedName;
}
