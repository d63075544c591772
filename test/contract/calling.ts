import { createHmac } from "node:crypto";
import type { PoolUnderTest } from "./pool-under-test.ts";
import type { Assumption, Facts, Question } from "./question.ts";

/** A name that no pool will have. */
export const NOBODY = "nobody-of-that-name";

/** Why a pool may answer otherwise where it is asked about somebody who does not exist. */
export const hiding = "The client may tell who exists (PreventUserExistenceErrors: LEGACY).";

interface Refusal {
  exception: string;
  message?: string;
}

/** A question whose answer is an exception; its message is compared where it is given. */
export function refused(
  section: string,
  what: string,
  operation: string,
  input: (pool: PoolUnderTest) => object,
  expected: Refusal,
  more: { unsure?: Assumption | "no switch"; note?: string } = {},
): Question {
  return {
    section: `API ${section}`,
    title: `API: ${what} is refused`,
    async ask(pool) {
      const { message, ...facts } = await call(pool, operation, input(pool));
      return { ...facts, ...(expected.message !== undefined && { message }) };
    },
    expected: () => ({ status: 400, ...expected }),
    ...more,
  };
}

/** Calls an operation, unsigned; what is the pool's own in the message is the same word for every pool. */
export async function call(pool: PoolUnderTest, operation: string, input: object): Promise<Facts> {
  const { status, text, headers } = await post(pool, operation, JSON.stringify(input));
  if (status === 200) return { status };
  const { __type: exception, message } = JSON.parse(text);
  const inHeader = headers["x-amzn-errortype"]?.split(":")[0];
  return {
    status,
    exception:
      exception === inHeader ? exception : `${exception} in the body, ${inHeader} in the header`,
    message: message?.replaceAll(pool.clientId, "CLIENT"),
  };
}

/** Posts a body as it is to the API, which is at the host of the issuer. */
export async function post({ send, issuer }: PoolUnderTest, operation: string, body: string) {
  return await send("POST", `${new URL(issuer).origin}/`, {
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
    },
    body,
  });
}

/** Somebody who does not exist, for an operation that wants the client's proof. */
export function nobody(pool: PoolUnderTest, name = NOBODY) {
  return { ClientId: pool.clientId, Username: name, SecretHash: secretHash(pool, name) };
}

/** The same for a flow, whose parameters are a map. */
export function nobodysFlow(
  pool: PoolUnderTest,
  AuthFlow: string,
  parameters: Record<string, string> = {},
) {
  const known = { USERNAME: NOBODY, SECRET_HASH: secretHash(pool, NOBODY) };
  return { ClientId: pool.clientId, AuthFlow, AuthParameters: { ...known, ...parameters } };
}

export function secretHash({ clientId, clientSecret }: PoolUnderTest, username: string): string {
  return createHmac("sha256", clientSecret)
    .update(username + clientId)
    .digest("base64");
}
