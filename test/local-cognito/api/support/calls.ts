import type { LoggedRequest } from "../../../../src/local-cognito/request-log.ts";
import { type Answer, send } from "../../support/http.ts";
import type { TestPool } from "../../support/pool.ts";

/** What SDKs sign with; local Cognito takes any key. */
export const signature = {
  authorization:
    "AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20260102/eu-west-1/cognito-idp/aws4_request, " +
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0123456789abcdef",
};

export interface ApiAnswer extends Answer {
  // biome-ignore lint/suspicious/noExplicitAny: each operation answers with its own shape.
  body: Record<string, any>;
}

export function target(operation: string): string {
  return `AWSCognitoIdentityProviderService.${operation}`;
}

/** Sends a body as it is, unsigned unless the headers say otherwise. */
export async function tell(
  { origin }: Pick<TestPool, "origin">,
  operation: string | undefined,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<ApiAnswer> {
  const named = operation === undefined ? {} : { "x-amz-target": target(operation) };
  const answer = await send(`${origin}/`, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.1", ...named, ...headers },
    body,
  });
  return { ...answer, body: answer.text ? JSON.parse(answer.text) : {} };
}

/** Calls an operation, signed, and returns its output; throws where it is refused. */
export async function call(
  pool: TestPool,
  operation: string,
  input: object = {},
): Promise<ApiAnswer["body"]> {
  const { status, text, body } = await tell(pool, operation, JSON.stringify(input), signature);
  if (status !== 200) throw new Error(`${operation}: ${text}`);
  return body;
}

/** Calls an operation, signed, that has to be refused, and returns `Exception: message`. */
export async function refusal(pool: TestPool, operation: string, input: object): Promise<string> {
  const { status, body } = await tell(pool, operation, JSON.stringify(input), signature);
  if (status === 200) throw new Error(`${operation} was not refused.`);
  return `${body.__type}: ${body.message}`;
}

/** The log of requests, the newest first. */
export async function requestsOf(pool: TestPool): Promise<LoggedRequest[]> {
  const accept = "application/json";
  return JSON.parse((await pool.browser().get("/_local/requests", { accept })).text);
}
