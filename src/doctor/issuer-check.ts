import { z } from "zod";
import type { CognitoHttp, CognitoResponse } from "../sign-in/cognito/calls/cognito-http.ts";
import { parseJsonAnswer } from "../sign-in/cognito/calls/json-answer.ts";
import { clockToleranceSeconds, maxAgeSeconds } from "../sign-in/cognito/id-token.ts";
import type { UserPool } from "../sign-in/cognito/user-pool.ts";
import { answerOrReason } from "./no-answer.ts";
import { checkSigningKeys } from "./signing-keys-check.ts";
import { advice, ok, problem, unknown, type Verdict } from "./verdict.ts";

const discoverySchema = z.object({ issuer: z.string(), authorization_endpoint: z.string() });

/** Verdicts on issuer, clock and keys, and the domain that the pool itself names. */
export interface IssuerFindings {
  verdicts: Verdict[];
  /** An origin; "none" where the pool has no domain yet, undefined where it did not say. */
  domain: string | undefined;
}

const whereIdIs =
  "Copy COGNITO_USER_POOL_ID from the console: User pools ▸ your pool ▸ Overview ▸ User pool ID. COGNITO_ISSUER goes before it: leave that out, or end it in the ID.";

/** Asks the issuer to describe itself. */
export async function checkIssuer(
  http: CognitoHttp,
  pool: UserPool,
  now: () => number,
): Promise<IssuerFindings> {
  const asked = await answerOrReason(http.get(pool.discoveryUri));
  if ("reason" in asked) {
    const { host } = new URL(pool.issuer);
    const finding = `${host}, which COGNITO_USER_POOL_ID or COGNITO_ISSUER leads to, ${asked.reason}.`;
    return {
      verdicts: [
        problem("issuer", finding, asked.remedy),
        ...unknown(["clock", "signing-keys"], "The issuer does not answer."),
      ],
      domain: undefined,
    };
  }
  const { answer } = asked;
  const clock = checkClock(answer, now());
  const described = discoverySchema.safeParse(parseJsonAnswer(answer)).data;
  if (answer.status !== 200 || !described) {
    const because = "There is no description of the pool to go by.";
    return {
      verdicts: [noPool(answer, pool), ...clock, ...unknown(["signing-keys"], because)],
      domain: undefined,
    };
  }
  const keys = await checkSigningKeys(http, pool);
  return {
    verdicts: [checkName(described.issuer, pool), ...clock, keys],
    domain: domainOf(described.authorization_endpoint),
  };
}

/** The real issuer answers 400 or 404 for a pool that it does not have. */
function noPool({ status }: CognitoResponse, { discoveryUri, issuer }: UserPool): Verdict {
  if ([400, 404].includes(status)) {
    return problem("issuer", `There is no user pool at ${issuer}.`, whereIdIs);
  }
  return problem(
    "issuer",
    `What answers at ${discoveryUri} is no user pool (status ${status}).`,
    "See whether a proxy or a sign-in page of your network answers in its place, and whether COGNITO_ISSUER is right.",
  );
}

function checkName(actual: string, { issuer }: UserPool): Verdict {
  if (actual === issuer) return ok("issuer", issuer);
  return problem(
    "issuer",
    `The pool calls itself ${actual.slice(0, 200)}, and the settings lead to ${issuer}: every ID token would be refused.`,
    "Set COGNITO_ISSUER to what it calls itself, to the letter, or correct COGNITO_USER_POOL_ID.",
  );
}

const fineSkewSeconds = 10;

/** An answer without a date tells nothing. */
function checkClock({ date = "" }: CognitoResponse, now: number): Verdict[] {
  const skew = Math.round((now - Date.parse(date)) / 1000);
  if (Number.isNaN(skew)) return unknown(["clock"], "The issuer does not tell the time.");
  const finding = `This machine's clock is ${Math.abs(skew)} s ${skew < 0 ? "behind" : "ahead of"} the issuer's.`;
  const remedy = "Let the machine synchronise its clock (timedatectl set-ntp true, or chrony).";
  if (Math.abs(skew) <= fineSkewSeconds)
    return [ok("clock", `within ${fineSkewSeconds} s of the issuer's`)];
  const mostSeconds = skew < 0 ? clockToleranceSeconds : maxAgeSeconds;
  if (Math.abs(skew) <= mostSeconds) return [advice("clock", finding, remedy)];
  return [
    problem(
      "clock",
      `${finding} Sign-ins are refused: tokens seem expired, or not valid yet.`,
      remedy,
    ),
  ];
}

/** A pool without a domain names addresses that lead nowhere, such as `https://cognito-idp.REGION.amazonaws.com/POOLID/authorize`. */
function domainOf(authorizationEndpoint: string): string | undefined {
  if (!URL.canParse(authorizationEndpoint)) return undefined;
  const { origin, pathname } = new URL(authorizationEndpoint);
  return pathname === "/oauth2/authorize" ? origin : "none";
}
