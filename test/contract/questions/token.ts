import { assumptions } from "../../../src/local-cognito/assumptions.ts";
import { basic, post, refusal } from "../asking.ts";
import type { PoolUnderTest } from "../pool-under-test.ts";
import type { Assumption, Facts, Question } from "../question.ts";

const PATH = "/oauth2/token";
const MADE_UP_CODE = "0a1b2c3d-0000-4000-8000-00000badc0de";

const { invalidClientStatus, tokenRedirectErrorCodes, clientCredentialsErrorCode } = assumptions;
const clientError = { status: invalidClientStatus.token, error: "invalid_client" };

export const tokenQuestions: Question[] = [
  refused("a made-up code", {}, "invalid_grant"),
  refused(
    "a made-up code with the wrong kind of code verifier",
    { code_verifier: "v".repeat(43) },
    "invalid_grant",
  ),
  refused("no code", { code: undefined }, "invalid_request"),
  refused("no redirect_uri", { redirect_uri: undefined }, "invalid_request"),
  refused("no grant_type", { grant_type: undefined }, "invalid_request"),
  refused("another grant_type", { grant_type: "password" }, "unsupported_grant_type"),
  refused("a refresh without a token", { grant_type: "refresh_token" }, "invalid_request"),
  refused(
    "a made-up refresh token",
    { grant_type: "refresh_token", refresh_token: "made-up" },
    "invalid_grant",
  ),
  refused(
    "a redirect_uri that is not registered",
    { redirect_uri: "https://elsewhere.example/" },
    tokenRedirectErrorCodes.unregistered,
    "tokenRedirectErrorCodes",
  ),
  refused(
    "client_credentials, which the client may not use",
    { grant_type: "client_credentials" },
    clientCredentialsErrorCode,
    "clientCredentialsErrorCode",
  ),
  {
    section: "3.1",
    title: "token: JSON is an invalid_request",
    ask: ({ send, domain, ...pool }) =>
      refusal(
        send("POST", `${domain}${PATH}`, {
          headers: {
            "content-type": "application/json",
            authorization: basic({ send, domain, ...pool }),
          },
          body: JSON.stringify({ grant_type: "authorization_code", code: MADE_UP_CODE }),
        }),
      ),
    expected: () => ({ status: 400, error: "invalid_request" }),
  },
  ...[
    client("by Basic, beside the client_id in the body", ({ clientId }) => ({
      client_id: clientId,
    })),
    client(
      "in the body",
      ({ clientId, clientSecret }) => ({ client_id: clientId, client_secret: clientSecret }),
      () => ({}),
    ),
  ],
  stranger(
    "no secret",
    ({ clientId }) => ({ client_id: clientId }),
    () => ({}),
  ),
  stranger(
    "no client at all",
    () => ({}),
    () => ({}),
  ),
  stranger(
    "the wrong secret",
    () => ({}),
    (pool) => ({ authorization: basic({ ...pool, clientSecret: "wrong" }) }),
  ),
  stranger(
    "a client that does not exist",
    () => ({}),
    (pool) => ({ authorization: basic({ ...pool, clientId: "0made0up0client0id00000000" }) }),
  ),
  {
    section: "3.4",
    title: "token: answers are JSON that any web page may read",
    ask: (pool) => headersOf(pool, "content-type", "access-control-allow-origin"),
    expected: () => ({
      "content-type": "application/json;charset=utf-8",
      "access-control-allow-origin": "*",
    }),
  },
  {
    section: "3.2",
    title: "token: answers are not to be stored",
    async ask(pool) {
      const { "cache-control": value } = await headersOf(pool, "cache-control");
      return { mayBeStored: !String(value).includes("no-store") };
    },
    expected: () => ({ mayBeStored: false }),
    unsure: "no switch",
  },
  {
    section: "1.2",
    title: "answers carry Cognito's request id",
    async ask(pool) {
      const { "x-amz-cognito-request-id": id } = await headersOf(pool, "x-amz-cognito-request-id");
      return { hasRequestId: /^[\da-f-]{36}$/.test(String(id)) };
    },
    expected: () => ({ hasRequestId: true }),
  },
  {
    section: "1.3",
    title: "token: GET is a 405 without a body",
    async ask({ send, domain }) {
      const { status, text } = await send("GET", `${domain}${PATH}`);
      return { status, body: text };
    },
    expected: () => ({ status: 405, body: "" }),
  },
];

function exchange(
  pool: PoolUnderTest,
  changes: Record<string, string | undefined>,
  headers?: Record<string, string>,
) {
  const fields = {
    grant_type: "authorization_code",
    code: MADE_UP_CODE,
    redirect_uri: pool.callbackUrl,
  };
  return post(pool, PATH, { ...fields, ...changes }, headers);
}

function refused(
  what: string,
  changes: Record<string, string | undefined>,
  error: string,
  unsure?: Assumption,
): Question {
  return {
    section: "3.4",
    title: `token: ${what} is an ${error}`,
    ask: (pool) => refusal(exchange(pool, changes)),
    expected: () => ({ status: 400, error }),
    ...(unsure && { unsure }),
  };
}

type FromPool = (pool: PoolUnderTest) => Record<string, string>;

function client(how: string, fields: FromPool, headers?: FromPool): Question {
  return {
    section: "3.1",
    title: `token: the client may authenticate ${how}`,
    ask: (pool) => refusal(exchange(pool, fields(pool), headers?.(pool))),
    expected: () => ({ status: 400, error: "invalid_grant" }),
  };
}

function stranger(who: string, fields: FromPool, headers: FromPool): Question {
  return {
    section: "3.4",
    title: `token: ${who} is an invalid_client`,
    ask: (pool) => refusal(exchange(pool, fields(pool), headers(pool))),
    expected: () => clientError,
    unsure: "invalidClientStatus",
  };
}

async function headersOf(pool: PoolUnderTest, ...names: string[]): Promise<Facts> {
  const { headers } = await exchange(pool, {});
  return Object.fromEntries(
    names.map((name) => [name, headers[name]?.toLowerCase().replace("; ", ";")]),
  );
}
