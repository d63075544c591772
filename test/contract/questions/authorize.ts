import { assumptions } from "../../../src/local-cognito/assumptions.ts";
import { authorize, redirectOf } from "../asking.ts";
import type { PoolUnderTest } from "../pool-under-test.ts";
import type { Assumption, Question } from "../question.ts";

type Changes = Record<string, string | undefined>;

const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const SECTION = "2.5";
const state = "a-state";

export const authorizeQuestions: Question[] = [
  {
    section: "2.1",
    title: "a good request leads to the sign-in page, with the same parameters",
    ask: (pool) => authorize(pool),
    expected: () => ({ status: 302, to: "/login", state }),
  },
  {
    section: "2.2",
    title: "a request with PKCE and a nonce leads there, too",
    ask: (pool) =>
      authorize(pool, { code_challenge: CHALLENGE, code_challenge_method: "S256", nonce: "n" }),
    expected: () => ({ status: 302, to: "/login", state }),
  },
  {
    section: "2.2",
    title: "max_age and acr_values change nothing",
    ask: (pool) => authorize(pool, { max_age: "0", acr_values: "high" }),
    expected: () => ({ status: 302, to: "/login", state }),
    unsure: "no switch",
  },
  toldTheApp("response_type is missing", { response_type: undefined }, "invalid_request"),
  toldTheApp(
    "response_type is neither code nor token",
    { response_type: "id_token" },
    "invalid_request",
  ),
  toldTheApp(
    "code_challenge comes without a method",
    { code_challenge: CHALLENGE },
    "invalid_request",
  ),
  toldTheApp(
    "code_challenge_method is plain",
    { code_challenge: CHALLENGE, code_challenge_method: "plain" },
    "invalid_request",
  ),
  {
    section: "2.4",
    title: "tells the app, with its state, where prompt is none and nobody is signed in",
    ask: (pool) => authorize(pool, { prompt: "none" }),
    expected: () => ({ status: 302, to: "the callback URL", error: "login_required", state }),
    note: "Classic pages (branding version 1) ignore prompt, and lead to /login.",
  },
  toldTheApp(
    "the client may not use the implicit grant",
    { response_type: "token" },
    assumptions.implicitGrantErrorCode,
    "implicitGrantErrorCode",
  ),
  toldTheApp(
    "a scope is unknown",
    { scope: "openid made-up" },
    assumptions.scopeError.error,
    "scopeError",
  ),
  toldTheApp(
    "email is asked for without openid",
    { scope: "email" },
    assumptions.scopeError.error,
    "scopeError",
  ),
  toldTheApp(
    "the provider is not the client's",
    { identity_provider: "MadeUpProvider" },
    assumptions.unknownProviderErrorCode,
    "unknownProviderErrorCode",
  ),
  {
    section: "2.6",
    title: `tells the app where nonce is longer than ${assumptions.longestParameter} characters`,
    ask: (pool) => authorize(pool, { nonce: "n".repeat(assumptions.longestParameter + 1) }),
    expected: () => ({ status: 302, to: "the callback URL", error: "invalid_request", state }),
    unsure: "longestParameter",
  },
  {
    section: SECTION,
    title: "the state comes back with every error",
    async ask(pool) {
      return { state: (await authorize(pool, { response_type: undefined })).state };
    },
    expected: () => ({ state: assumptions.errorsCarryState ? state : undefined }),
    unsure: "errorsCarryState",
  },
  ownErrorPage("the client id is missing", { client_id: undefined }, "Required parameters missing"),
  ownErrorPage(
    "there is no such client",
    { client_id: "0made0up0client0id00000000" },
    assumptions.unknownClientError,
    "unknownClientError",
  ),
  mismatch("a slash at the end", ({ callbackUrl }) => `${callbackUrl}/`),
  mismatch("another path", ({ callbackUrl }) => new URL("/elsewhere", callbackUrl).href),
  mismatch("another port", ({ callbackUrl }) => withPort(callbackUrl)),
  mismatch("another scheme", ({ callbackUrl }) =>
    callbackUrl.replace(/^https?/, (scheme) => (scheme === "http" ? "https" : "http")),
  ),
  mismatch("a query", ({ callbackUrl }) => `${callbackUrl}?more=1`),
  mismatch("upper case", ({ callbackUrl }) => callbackUrl.toUpperCase()),
  mismatch("another site", () => "https://elsewhere.example/logged-in"),
  {
    section: SECTION,
    title: "the error page is a 400",
    async ask({ send, domain, clientId }) {
      const query = new URLSearchParams({ error: "redirect_mismatch", client_id: clientId });
      const { status, headers } = await send("GET", `${domain}/error?${query}`);
      return { status, isPage: headers["content-type"]?.startsWith("text/html") };
    },
    expected: () => ({ status: 400, isPage: true }),
  },
  {
    section: "2.1",
    title: "the sign-in page can be opened directly",
    async ask(pool) {
      const { clientId: client_id, callbackUrl: redirect_uri } = pool;
      return await redirectOf(pool, "/login", { client_id, redirect_uri, response_type: "code" });
    },
    expected: () => ({ status: 200, to: "nowhere" }),
  },
];

// Whether the state comes back is a question of its own.
function toldTheApp(when: string, changes: Changes, error: string, unsure?: Assumption): Question {
  return {
    section: SECTION,
    title: `tells the app where ${when}`,
    async ask(pool) {
      const { state: _own, ...facts } = await authorize(pool, changes);
      return facts;
    },
    expected: () => ({ status: 302, to: "the callback URL", error }),
    ...(unsure && { unsure }),
  };
}

function ownErrorPage(
  when: string,
  changes: Changes,
  error: string,
  unsure?: Assumption,
): Question {
  return {
    section: SECTION,
    title: `stays on its error page where ${when}`,
    ask: (pool) => authorize(pool, changes),
    expected: () => ({ status: 302, to: "/error", error }),
    ...(unsure && { unsure }),
  };
}

function mismatch(what: string, change: (pool: PoolUnderTest) => string): Question {
  return {
    section: SECTION,
    title: `refuses a redirect_uri with ${what}`,
    ask: (pool) => authorize(pool, { redirect_uri: change(pool) }),
    expected: () => ({ status: 302, to: "/error", error: "redirect_mismatch" }),
  };
}

function withPort(address: string): string {
  const url = new URL(address);
  url.port = url.port === "8443" ? "8444" : "8443";
  return url.href;
}
