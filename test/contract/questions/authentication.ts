import { call, hiding, NOBODY, nobodysFlow, post, refused, secretHash } from "../calling.ts";
import type { PoolUnderTest } from "../pool-under-test.ts";
import type { Question } from "../question.ts";

const wrongPassword = {
  exception: "NotAuthorizedException",
  message: "Incorrect username or password.",
};
/** What SRP takes for a public value: g, to the power of one. */
const SRP_A = "2";

export const authenticationQuestions: Question[] = [
  refused(
    "4.1",
    "a sign-in without a name",
    "InitiateAuth",
    ({ clientId }) => ({
      ClientId: clientId,
      AuthFlow: "USER_SRP_AUTH",
      AuthParameters: { SRP_A },
    }),
    { exception: "InvalidParameterException", message: "Missing required parameter USERNAME" },
  ),
  refused(
    "4.1",
    "a password of somebody who does not exist",
    "InitiateAuth",
    (pool) => nobodysFlow(pool, "USER_PASSWORD_AUTH", { PASSWORD: "Correct-Horse-9" }),
    wrongPassword,
    { note: `${hiding} Or it lacks ALLOW_USER_PASSWORD_AUTH.` },
  ),
  refused(
    "4.1",
    "an administrator's flow",
    "InitiateAuth",
    (pool) => nobodysFlow(pool, "ADMIN_USER_PASSWORD_AUTH", { PASSWORD: "Correct-Horse-9" }),
    { exception: "InvalidParameterException", message: "Initiate Auth method not supported." },
  ),
  refused(
    "4.1",
    "a choice of factors without ALLOW_USER_AUTH",
    "InitiateAuth",
    (pool) => nobodysFlow(pool, "USER_AUTH"),
    {
      exception: "InvalidParameterException",
      message: "USER_AUTH is not enabled for the client.",
    },
    { unsure: "no switch", note: "The client may have ALLOW_USER_AUTH." },
  ),
  refused(
    "4.1",
    "a second factor without the session",
    "RespondToAuthChallenge",
    secondFactor,
    { exception: "InvalidParameterException", message: "Missing required parameter Session" },
    { unsure: "no switch" },
  ),
  refused(
    "4.1",
    "a second factor with a made-up session",
    "RespondToAuthChallenge",
    (pool) => ({ ...secondFactor(pool), Session: "made-up".repeat(5) }),
    { exception: "NotAuthorizedException", message: "Invalid session for the user." },
  ),
  {
    section: "API 4.2",
    title: "API: SRP asks somebody who does not exist as it asks others, always with one salt",
    async ask(pool) {
      const [first, second] = [await challenge(pool), await challenge(pool)];
      return {
        ChallengeName: first.ChallengeName,
        parameters: Object.keys(first.ChallengeParameters).sort(),
        hasSession: first.Session !== undefined,
        hasSameSalt: first.ChallengeParameters.SALT === second.ChallengeParameters.SALT,
        hasSameValue: first.ChallengeParameters.SRP_B === second.ChallengeParameters.SRP_B,
      };
    },
    expected: () => ({
      ChallengeName: "PASSWORD_VERIFIER",
      parameters: ["SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"],
      hasSession: false,
      hasSameSalt: true,
      hasSameValue: false,
    }),
    note: hiding,
  },
  {
    section: "API 4.2",
    title: "API: a made-up proof is a wrong password",
    async ask(pool) {
      const { USER_ID_FOR_SRP = "", SECRET_BLOCK } = (await challenge(pool)).ChallengeParameters;
      return await call(pool, "RespondToAuthChallenge", {
        ClientId: pool.clientId,
        ChallengeName: "PASSWORD_VERIFIER",
        ChallengeResponses: {
          USERNAME: USER_ID_FOR_SRP,
          SECRET_HASH: secretHash(pool, USER_ID_FOR_SRP),
          PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
          PASSWORD_CLAIM_SIGNATURE: Buffer.alloc(32).toString("base64"),
          TIMESTAMP: srpTimestamp(new Date()),
        },
      });
    },
    expected: () => ({ status: 400, ...wrongPassword }),
    note: hiding,
  },
];

interface Challenge {
  ChallengeName?: string;
  ChallengeParameters: Record<string, string>;
  Session?: string;
}

async function challenge(pool: PoolUnderTest): Promise<Challenge> {
  const input = nobodysFlow(pool, "USER_SRP_AUTH", { SRP_A });
  const { text } = await post(pool, "InitiateAuth", JSON.stringify(input));
  return { ChallengeParameters: {}, ...JSON.parse(text) };
}

function secondFactor(pool: PoolUnderTest) {
  return {
    ClientId: pool.clientId,
    ChallengeName: "SOFTWARE_TOKEN_MFA",
    ChallengeResponses: {
      USERNAME: NOBODY,
      SECRET_HASH: secretHash(pool, NOBODY),
      SOFTWARE_TOKEN_MFA_CODE: "123456",
    },
  };
}

/** `Mon Jan 5 09:03:07 UTC 2026` */
function srpTimestamp(date: Date): string {
  const [weekday, day, month, year, time] = date.toUTCString().replace(",", "").split(" ");
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`;
}
