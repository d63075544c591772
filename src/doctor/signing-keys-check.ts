import { z } from "zod";
import type { CognitoHttp } from "../sign-in/cognito/calls/cognito-http.ts";
import { parseJsonAnswer } from "../sign-in/cognito/calls/json-answer.ts";
import { isUsableKey } from "../sign-in/cognito/key-set.ts";
import type { UserPool } from "../sign-in/cognito/user-pool.ts";
import { answerOrReason } from "./no-answer.ts";
import { advice, ok, problem, type Verdict } from "./verdict.ts";

const anyKeySetSchema = z.object({ keys: z.array(z.unknown()) });

/** A user pool publishes two: one signs ID tokens, the other access tokens. */
const usualCount = 2;

/** Whether the published keys are such as ID tokens can be checked with. */
export async function checkSigningKeys(http: CognitoHttp, pool: UserPool): Promise<Verdict> {
  const asked = await answerOrReason(http.get(pool.jwksUri));
  if ("reason" in asked) {
    return problem("signing-keys", `${new URL(pool.jwksUri).host} ${asked.reason}.`, asked.remedy);
  }
  const keySet = anyKeySetSchema.safeParse(parseJsonAnswer(asked.answer)).data;
  if (asked.answer.status !== 200 || !keySet) {
    return noKeys(`What is at ${pool.jwksUri} is no key set (status ${asked.answer.status}).`);
  }
  const usable = keySet.keys.filter(isUsableKey).length;
  if (usable === 0)
    return noKeys(
      `None of the ${keySet.keys.length} keys at ${pool.jwksUri} is a public RSA key of 2048 bits or more for RS256.`,
    );
  if (usable !== usualCount || keySet.keys.length !== usualCount) {
    return advice(
      "signing-keys",
      `${usable} of ${keySet.keys.length} published keys can be used; a user pool has two.`,
      "Nothing, while the pool's keys change over. Otherwise see whether this really is a Cognito user pool.",
    );
  }
  return ok("signing-keys", "two RSA keys");
}

function noKeys(finding: string): Verdict {
  return problem(
    "signing-keys",
    `${finding} No ID token could be checked.`,
    "See whether a proxy answers in the issuer's place, and whether COGNITO_ISSUER is right.",
  );
}
