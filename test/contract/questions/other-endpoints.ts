import { assumptions } from "../../../src/local-cognito/assumptions.ts";
import { post, redirectOf, refusal } from "../asking.ts";
import type { PoolUnderTest } from "../pool-under-test.ts";
import type { Assumption, Question } from "../question.ts";

const notPresent = "Required String parameter 'redirect_uri' is not present";

export const userInfoQuestions: Question[] = [
  refusedToken("no token", undefined, 400, "invalid_request"),
  refusedToken("a made-up token", "made-up", 401, "invalid_token"),
  {
    section: "4.1",
    title: "userInfo: a refusal says in JSON as well what is wrong",
    async ask({ send, domain }) {
      const headers = { authorization: "Bearer made-up" };
      const { text } = await send("GET", `${domain}/oauth2/userInfo`, { headers });
      return { hasJsonBody: text.startsWith("{") };
    },
    expected: () => ({ hasJsonBody: assumptions.userInfoRefusalHasBody }),
    unsure: "userInfoRefusalHasBody",
  },
];

export const revokeQuestions: Question[] = [
  {
    section: "4.2",
    title: "revoke: a token that nobody knows is a success",
    async ask(pool) {
      const { status, text } = await post(pool, "/oauth2/revoke", { token: "made-up" });
      return { status, body: text };
    },
    expected: () => ({ status: 200, body: "" }),
  },
  {
    section: "4.2",
    title: "revoke: no token is an invalid_request",
    ask: (pool) => refusal(post(pool, "/oauth2/revoke", {})),
    expected: () => ({ status: 400, error: "invalid_request" }),
    note: "Revocation may be off for this client.",
  },
  {
    section: "4.2",
    title: "revoke: no client is an invalid_client",
    ask: (pool) => refusal(post(pool, "/oauth2/revoke", { token: "made-up" }, {})),
    expected: () => ({ status: assumptions.invalidClientStatus.revoke, error: "invalid_client" }),
    unsure: "invalidClientStatus",
  },
];

export const logoutQuestions: Question[] = [
  leadsTo("its sign-out URL", ({ signOutUrl }) => ({ logout_uri: signOutUrl }), {
    to: "the sign-out URL",
  }),
  leadsTo(
    "its sign-out URL, without the state, where both forms are mixed",
    ({ signOutUrl, callbackUrl }) => ({
      logout_uri: signOutUrl,
      redirect_uri: callbackUrl,
      response_type: "code",
      state: "a-state",
    }),
    { to: "the sign-out URL" },
  ),
  leadsTo(
    "the sign-in page, for somebody else",
    ({ callbackUrl }) => ({
      redirect_uri: callbackUrl,
      response_type: "code",
      state: "a-state",
    }),
    { to: "/login", state: "a-state" },
  ),
  leadsTo(
    "its error page for OpenID Connect's own parameter",
    ({ signOutUrl }) => ({ post_logout_redirect_uri: signOutUrl }),
    { to: "/error", error: notPresent },
  ),
  leadsTo(
    "its error page for a sign-out URL that is not registered",
    () => ({ logout_uri: "https://elsewhere.example/" }),
    { to: "/error", error: assumptions.unregisteredSignOutError },
    "unregisteredSignOutError",
  ),
  leadsTo(
    "its error page for a sign-out URL with a slash at the end",
    ({ signOutUrl }) => ({ logout_uri: `${signOutUrl}/` }),
    { to: "/error", error: assumptions.unregisteredSignOutError },
    "unregisteredSignOutError",
  ),
  ...(["/oauth2/authorize", "/logout"] as const).map(
    (path): Question => ({
      section: "1.3",
      title: `${path}: POST is refused`,
      async ask(pool) {
        return { status: (await post(pool, path, {}, {})).status };
      },
      expected: () => ({ status: assumptions.otherMethodStatus }),
      unsure: "otherMethodStatus",
    }),
  ),
];

function refusedToken(
  what: string,
  token: string | undefined,
  status: number,
  error: string,
): Question {
  return {
    section: "4.1",
    title: `userInfo: ${what} is an ${error}`,
    async ask({ send, domain }) {
      const sent = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
      const answer = await send("GET", `${domain}/oauth2/userInfo`, sent);
      const named = /error="([^"]*)"/.exec(answer.headers["www-authenticate"] ?? "")?.[1];
      return { status: answer.status, error: named };
    },
    expected: () => ({ status, error }),
  };
}

function leadsTo(
  where: string,
  fields: (pool: PoolUnderTest) => Record<string, string>,
  facts: Record<string, string>,
  unsure?: Assumption,
): Question {
  return {
    section: "4.3",
    title: `logout leads to ${where}`,
    ask: (pool) => redirectOf(pool, "/logout", { client_id: pool.clientId, ...fields(pool) }),
    expected: () => ({ status: 302, ...facts }),
    ...(unsure && { unsure }),
  };
}
