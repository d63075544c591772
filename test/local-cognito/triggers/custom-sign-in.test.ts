import { expect, test } from "vitest";
import { addUser, startApiPool } from "../api/support/api-pool.ts";
import { call, refusal } from "../api/support/calls.ts";
import { recordTriggers } from "./support/recorder.ts";

test("the triggers of a custom sign-in ask, verify and let in; a wrong answer is asked for again", async () => {
  const { triggers, sources } = recordTriggers({
    DefineAuthChallenge: (event) => {
      const isRight = event.request.session.at(-1)?.challengeResult === true;
      const response = isRight ? { issueTokens: true } : { challengeName: "CUSTOM_CHALLENGE" };
      return { ...event, response };
    },
    CreateAuthChallenge: (event) => ({
      ...event,
      response: {
        publicChallengeParameters: { ask: "?" },
        privateChallengeParameters: { is: "42" },
      },
    }),
    VerifyAuthChallengeResponse: (event) => {
      const { privateChallengeParameters, challengeAnswer } = event.request;
      return {
        ...event,
        response: { answerCorrect: privateChallengeParameters.is === challengeAnswer },
      };
    },
  });
  const client = { authFlows: ["ALLOW_CUSTOM_AUTH" as const] };
  const pool = await startApiPool({}, client, { triggers });
  await addUser(pool, "mira");
  sources();
  const ClientId = pool.clientId;
  const asked = await call(pool, "InitiateAuth", {
    AuthFlow: "CUSTOM_AUTH",
    ClientId,
    AuthParameters: { USERNAME: "mira" },
  });
  expect(asked).toMatchObject({
    ChallengeName: "CUSTOM_CHALLENGE",
    ChallengeParameters: { ask: "?", USERNAME: "mira" },
  });
  const answer = (Session: string, ANSWER: string) => ({
    ChallengeName: "CUSTOM_CHALLENGE",
    ClientId,
    Session,
    ChallengeResponses: { USERNAME: "mira", ANSWER },
  });
  const again = await call(pool, "RespondToAuthChallenge", answer(asked.Session, "41"));
  expect(again.ChallengeName).toBe("CUSTOM_CHALLENGE");
  const done = await call(pool, "RespondToAuthChallenge", answer(again.Session, "42"));
  expect(done.AuthenticationResult.AccessToken).toBeTruthy();
  expect(await refusal(pool, "RespondToAuthChallenge", answer(again.Session, "42"))).toMatch(
    /NotAuthorized/,
  );
  expect(sources()).toEqual([
    "PreAuthentication_Authentication",
    "DefineAuthChallenge_Authentication",
    "CreateAuthChallenge_Authentication",
    "VerifyAuthChallengeResponse_Authentication",
    "DefineAuthChallenge_Authentication",
    "CreateAuthChallenge_Authentication",
    "VerifyAuthChallengeResponse_Authentication",
    "DefineAuthChallenge_Authentication",
    "PostAuthentication_Authentication",
    "TokenGeneration_Authentication",
  ]);
});
