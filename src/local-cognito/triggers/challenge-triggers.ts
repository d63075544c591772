import { z } from "zod";
import type { User } from "../users/user.ts";
import { readAnswer, unrecognizable } from "./answers.ts";
import type { SigningIn } from "./authentication-triggers.ts";
import type { ChallengeResult } from "./events.ts";
import type { HasTriggers } from "./trigger-call.ts";
import { attributesForTriggers } from "./user-call.ts";

/** Whose sign-in it is; a name that nobody has is led through the same steps where the client hides that. */
export interface Challenged extends SigningIn {
  user: User | undefined;
  typedName: string;
}

export type NextStep = "tokens" | "failure" | { challengeName: string };

const flag = z.boolean().nullish().transform(Boolean);
const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((given) => given ?? {});

/** DefineAuthChallenge: what a custom sign-in asks for next, after all that it has asked for. */
export async function defineAuthChallenge(
  pool: HasTriggers,
  challenged: Challenged,
  session: ChallengeResult[],
): Promise<NextStep> {
  const answer = await pool.triggers?.run({
    trigger: "DefineAuthChallenge",
    source: "DefineAuthChallenge_Authentication",
    ...whoOf(challenged),
    parts: () => ({
      request: { ...requestOf(pool, challenged), session },
      response: { challengeName: null, issueTokens: null, failAuthentication: null },
    }),
  });
  const step = answer && readAnswer("DefineAuthChallenge", answer, stepShape);
  if (step?.failAuthentication) return "failure";
  if (step?.issueTokens) return "tokens";
  if (step?.challengeName) return { challengeName: step.challengeName };
  throw unrecognizable(
    "DefineAuthChallenge",
    "It names no challenge, issues no tokens and does not fail.",
  );
}

const stepShape = z.object({
  challengeName: z.string().nullish(),
  issueTokens: flag,
  failAuthentication: flag,
});

export interface CreatedChallenge {
  /** For the client. */
  publicParameters: Record<string, string>;
  /** For VerifyAuthChallengeResponse alone. */
  privateParameters: Record<string, string>;
  metadata: string | undefined;
}

/** CreateAuthChallenge: what is asked, and what the answer to it is. */
export async function createAuthChallenge(
  pool: HasTriggers,
  challenged: Challenged,
  { challengeName, session }: { challengeName: string; session: ChallengeResult[] },
): Promise<CreatedChallenge> {
  const answer = await pool.triggers?.run({
    trigger: "CreateAuthChallenge",
    source: "CreateAuthChallenge_Authentication",
    ...whoOf(challenged),
    parts: () => ({
      request: { ...requestOf(pool, challenged), challengeName, session },
      response: {
        publicChallengeParameters: null,
        privateChallengeParameters: null,
        challengeMetadata: null,
      },
    }),
  });
  const created = answer && readAnswer("CreateAuthChallenge", answer, createdShape);
  return {
    publicParameters: created?.publicChallengeParameters ?? {},
    privateParameters: created?.privateChallengeParameters ?? {},
    metadata: created?.challengeMetadata ?? undefined,
  };
}

const createdShape = z.object({
  publicChallengeParameters: texts,
  privateChallengeParameters: texts,
  challengeMetadata: z.string().nullish(),
});

/** VerifyAuthChallengeResponse: whether the answer is right. */
export async function verifyAuthChallengeResponse(
  pool: HasTriggers,
  challenged: Challenged,
  {
    privateParameters,
    answer: typed,
  }: { privateParameters: Record<string, string>; answer: string },
): Promise<boolean> {
  const answer = await pool.triggers?.run({
    trigger: "VerifyAuthChallengeResponse",
    source: "VerifyAuthChallengeResponse_Authentication",
    ...whoOf(challenged),
    parts: () => ({
      request: {
        ...requestOf(pool, challenged),
        privateChallengeParameters: privateParameters,
        challengeAnswer: typed,
      },
      response: { answerCorrect: null },
    }),
  });
  if (!answer) return false;
  return readAnswer("VerifyAuthChallengeResponse", answer, z.object({ answerCorrect: flag }))
    .answerCorrect;
}

function whoOf({ user, typedName, client, caller }: Challenged) {
  return { userName: user?.username ?? typedName, client, caller };
}

function requestOf({ settings }: HasTriggers, { user, client, caller }: Challenged) {
  return {
    userAttributes: user ? attributesForTriggers(user, settings) : {},
    ...(client.hidesUserExistence && { userNotFound: !user }),
    clientMetadata: caller?.clientMetadata,
  };
}
