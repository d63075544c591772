import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { LoggedRequest } from "../../src/local-cognito/request-log.ts";
import type { Browser } from "./support/browser.ts";
import { basic, postForm, redeem, refresh, userInfo } from "./support/client.ts";
import {
  authorizeAddress,
  CALLBACK,
  codeOf,
  newestCode,
  PASSWORD,
  register,
  requestQuery,
  signIn,
  signUp,
  startPool,
  type TestPool,
} from "./support/pool.ts";
import { askForCode, chooseNewPassword } from "./support/recovery.ts";

const OTHER_CALLBACK = "http://localhost:3000/other";
const VERIFIER = "v".repeat(43);
const pkce = {
  code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
  code_challenge_method: "S256",
};

async function logOf(browser: Browser): Promise<LoggedRequest[]> {
  const { text } = await browser.get("/_local/requests", { accept: "application/json" });
  return JSON.parse(text);
}

/** The newest entry, as `error: reason`. */
async function whyOf(pool: TestPool): Promise<string> {
  const [newest] = await logOf(pool.browser());
  return `${newest?.error}: ${newest?.reason}`;
}

const mismatch = (words: string) =>
  `redirect_mismatch: redirect_uri differs from the registered ${CALLBACK} ${words}.`;

const nearMisses = [
  ["http://localhost:3000/logged-in/", "by a trailing slash"],
  ["http://localhost:3000/Logged-in", "by the case of its path"],
  ["HTTP://LocalHost:3000/logged-in", "by the case of its letters"],
  ["https://localhost:3000/logged-in", "in its scheme, https: instead of http:"],
  ["http://localhost:3001/logged-in", "in its port, 3001 instead of 3000"],
  ["http://localhost/logged-in", "in its port, the default instead of 3000"],
  ["http://127.0.0.1:3000/logged-in", "in its host, 127.0.0.1 instead of localhost"],
  ["http://localhost:3000/callback", "in its path, /callback instead of /logged-in"],
  ["http://localhost:3000/logged-in?a=S3CRET", "in its query"],
  ["http://localhost:3000/logged-in#S3CRET", "by a fragment, which none may have"],
  ["http://S3CRET@localhost:3000/logged-in", "by a user name in it"],
  [
    "http://localhost:3000/x/../logged-in",
    "in how it is written, though it leads to the same place",
  ],
  [` ${CALLBACK}`, "by white space around it"],
  ["/logged-in", "in that it is no absolute URL"],
  [
    "https://127.0.0.1:3000/logged-in",
    "in its scheme, https: instead of http:, and in its host, 127.0.0.1 instead of localhost",
  ],
] as const;

const refusedParameters: [Record<string, string | undefined>, RegExp][] = [
  [{ client_id: undefined }, /^Required parameters missing: client_id is missing\.$/],
  [{ client_id: "other" }, /: client_id is another client's\. This pool's is \w{26};/],
  [{ response_type: undefined }, /^invalid_request: response_type is missing; it has to be code/],
  [{ response_type: "token" }, /^unauthorized_client: .* implicit grant, which is off/],
  [{ response_type: "x".repeat(999) }, /^invalid_request: response_type is another value; it has/],
  [{ scope: "openid admin" }, /^invalid_request: The scope “admin” is not allowed for this client/],
  [{ scope: "email" }, /^invalid_request: .* only beside the scope openid/],
  [{ code_challenge: "x" }, /^invalid_request: code_challenge_method is missing; .* S256 alone/],
  [{ ...pkce, code_challenge_method: "plain" }, /: code_challenge_method is “plain”;/],
  [{ ...pkce, code_challenge: "short" }, /: code_challenge is not the SHA-256 of a verifier/],
  [{ identity_provider: "Okta" }, /^invalid_request: identity_provider is “Okta”; this client/],
  [{ idp_identifier: "x" }, /: idp_identifier names a SAML or OpenID Connect provider/],
  [{ resource: "https://api.example/#x" }, /^invalid_request: resource must have no fragment\.$/],
  [{ prompt: "always" }, /^invalid_request: prompt is “always”; there are none, login/],
  [{ prompt: "none login" }, /^invalid_request: prompt=none cannot be combined/],
  [{ prompt: "none" }, /^login_required: prompt=none .* nobody is signed in/],
  [{ state: "s".repeat(5000) }, /^invalid_request: state is longer than 4096\.$/],
];

describe("the log of requests says why authorize refuses", () => {
  test("a redirect_uri that is none of the registered ones", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    for (const [redirect_uri, words] of nearMisses) {
      await browser.get(authorizeAddress(pool, { redirect_uri }));
      expect([redirect_uri, await whyOf(pool)]).toEqual([redirect_uri, mismatch(words)]);
    }
  });

  test("by the registered address that comes closest", async () => {
    const pool = await startPool({ callbackUrls: ["http://127.0.0.1:9/a", CALLBACK] });
    await pool.browser().get(authorizeAddress(pool, { redirect_uri: `${CALLBACK}/` }));
    expect(await whyOf(pool)).toBe(mismatch("by a trailing slash"));
    await pool.browser().get(authorizeAddress(pool, { redirect_uri: undefined }));
    expect(await whyOf(pool)).toMatch(
      /: redirect_uri is missing, and this client has more than one callback URL and no Def/,
    );
    const others = await startPool({ identityProviders: ["Google"] });
    await others.browser().get(authorizeAddress(others, { redirect_uri: undefined }));
    expect(await whyOf(others)).toMatch(/: redirect_uri is missing, .* has 2 identity providers;/);
  });

  test("any other parameter", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    for (const [changes, why] of refusedParameters) {
      await browser.get(authorizeAddress(pool, changes));
      expect(await whyOf(pool)).toMatch(why);
    }
  });

  test("a parameter that was sent twice", async () => {
    const pool = await startPool();
    await pool.browser().get(`${authorizeAddress(pool)}&state=b`);
    expect(await whyOf(pool)).toBe("invalid_request: state was sent more than once.");
    await pool.browser().get(`${authorizeAddress(pool)}&redirect_uri=b`);
    expect(await whyOf(pool)).toBe("redirect_mismatch: redirect_uri was sent more than once.");
  });
});

const wrongCredentials: [(pool: TestPool) => Record<string, string>, string][] = [
  [({ clientId: id }) => basicly(id, "no"), "The client secret is wrong."],
  [({ clientId: id }) => basicly(id, ""), "The client secret is missing, and"],
  [(c) => basicly(c.clientId, `${c.clientSecret}\n`), "The client secret has white space"],
  [(c) => basicly(c.clientId, c.clientSecret.slice(0, 9)), "The client secret is cut short."],
  [(c) => basicly(c.clientId, `${c.clientSecret}x`), "The client secret has something behind"],
  [(c) => basicly(c.clientId, c.clientSecret.toUpperCase()), "The client secret differs by"],
  [(c) => basicly(c.clientId, c.clientId), "The client secret is the client id."],
  [(c) => basicly(c.clientSecret, c.clientId), "client_id is the client secret: the two"],
  [(c) => basicly("4other", c.clientSecret), "client_id is another client's."],
  [(c) => basicly(` ${c.clientId}`, c.clientSecret), "client_id has white space"],
  [() => ({ authorization: "Bearer x" }), "The Authorization header is not “Basic”"],
  [() => ({}), "client_id is missing."],
];

describe("the log of requests says why the token endpoint refuses", () => {
  test("a code that does not work", async () => {
    const pool = await startPool();
    const code = codeOf(await register(pool));
    await redeem(pool, code);
    await redeem(pool, code);
    expect(await whyOf(pool)).toMatch(/^invalid_grant: The code has been used already/);
    await redeem(pool, "made-up");
    expect(await whyOf(pool)).toMatch(/^invalid_grant: The code is unknown/);
    const late = codeOf(await signIn(pool, pool.browser()));
    pool.clock.advance({ minutes: 5 });
    await redeem(pool, late);
    expect(await whyOf(pool)).toMatch(/^invalid_grant: The code has expired: it is good for five/);
  });

  test.each<[string, Record<string, string>, Record<string, string | undefined>, RegExp]>([
    [
      "a verifier that does not match",
      pkce,
      { code_verifier: "w".repeat(43) },
      /^invalid_grant: code_verifier does not/,
    ],
    ["no verifier", pkce, {}, /^invalid_grant: code_verifier is missing/],
    [
      "a malformed verifier",
      pkce,
      { code_verifier: "short" },
      /^invalid_grant: code_verifier is malformed/,
    ],
    [
      "a verifier without a challenge",
      {},
      { code_verifier: VERIFIER },
      /: code_verifier was sent, but .* no code_chall/,
    ],
    [
      "another registered redirect_uri",
      {},
      { redirect_uri: OTHER_CALLBACK },
      /^invalid_grant: .* not the one that/,
    ],
    [
      "an unregistered redirect_uri",
      {},
      { redirect_uri: `${CALLBACK}/` },
      /^unauthorized_client: .* trailing sl/,
    ],
    [
      "no redirect_uri",
      {},
      { redirect_uri: undefined },
      /^invalid_request: redirect_uri is missing/,
    ],
    ["no code", {}, { code: undefined }, /^invalid_request: code is missing/],
    ["no grant_type", {}, { grant_type: undefined }, /^invalid_request: grant_type is missing/],
    [
      "another grant_type",
      {},
      { grant_type: "password" },
      /^unsupported_grant_type: .* “password”; there/,
    ],
  ])("%s", async (_name, asked, redeemed, why) => {
    const pool = await startPool({ callbackUrls: [CALLBACK, OTHER_CALLBACK] });
    const code = codeOf(await register(pool, pool.browser(), {}, asked));
    await redeem(pool, code, redeemed);
    expect(await whyOf(pool)).toMatch(why);
  });

  test("credentials that are not the client's", async () => {
    const pool = await startPool();
    for (const [headers, why] of wrongCredentials) {
      await redeem(pool, "a-code", {}, headers(pool));
      expect(await whyOf(pool)).toContain(`invalid_client: ${why}`);
    }
  });

  test("a request that it cannot read", async () => {
    const pool = await startPool();
    const { clientId, clientSecret } = pool;
    const twice = { client_secret: clientSecret, grant_type: "refresh_token" };
    await postForm(pool, "/oauth2/token", twice);
    expect(await whyOf(pool)).toMatch(/^invalid_request: The client secret was sent twice/);
    await postForm(pool, "/oauth2/token", { client_id: "other" });
    expect(await whyOf(pool)).toMatch(/^invalid_client: client_id in the body is not the one in/);
    await postForm(pool, "/oauth2/token", [
      ["code", "1"],
      ["code", "2"],
    ]);
    expect(await whyOf(pool)).toBe("invalid_request: code was sent more than once.");
    await pool.browser().request("POST", "/oauth2/token", {
      headers: { "content-type": "application/json", authorization: basic(clientId, clientSecret) },
      body: JSON.stringify({ grant_type: "refresh_token" }),
    });
    expect(await whyOf(pool)).toMatch(/^invalid_request: The Content-Type is “application\/json”/);
    await pool.browser().get("/oauth2/token");
    expect(await whyOf(pool)).toBe("Method Not Allowed: GET is not possible here, POST is.");
    await pool.browser().get("/oauth2/userinfo");
    expect(await whyOf(pool)).toBe("Not Found: It is written /oauth2/userInfo.");
    await pool
      .browser()
      .get("/oauth2/tokens", { host: `evil.example:${new URL(pool.origin).port}` });
    expect((await logOf(pool.browser()))[0]).toMatchObject({ status: 403, error: "Wrong address" });
  });
});

describe("the log of requests says why the other endpoints refuse", () => {
  test("userInfo, refresh and revoke", async () => {
    const pool = await startPool();
    const { body } = await redeem(pool, codeOf(await register(pool)));
    await userInfo(pool, body.id_token);
    expect(await whyOf(pool)).toMatch(/^invalid_token: This is the ID token; userInfo takes the/);
    await userInfo(pool, "x");
    expect(await whyOf(pool)).toMatch(/^invalid_token: This is no access token that this pool has/);
    await userInfo(pool, "");
    expect(await whyOf(pool)).toMatch(/^invalid_request: There is no “Authorization: Bearer”/);
    await postForm(pool, "/oauth2/revoke", { token: String(body.access_token) });
    expect(await whyOf(pool)).toMatch(/^unsupported_token_type: This is an ID or access token/);
    await postForm(pool, "/oauth2/revoke", {});
    expect(await whyOf(pool)).toBe("invalid_request: token is missing.");
    await postForm(pool, "/oauth2/revoke", { token: String(body.refresh_token) });
    await userInfo(pool, body.access_token);
    expect(await whyOf(pool)).toBe("invalid_token: The access token was revoked.");
    await refresh(pool, body.refresh_token);
    expect(await whyOf(pool)).toMatch(/^invalid_grant: .*refresh token/);
  });

  test.each([
    [
      { logout_uri: "http://localhost:3000/" },
      "logout_uri differs from the registered",
      "its path",
    ],
    [{}, "Both logout_uri and redirect_uri are missing", ""],
    [
      { redirect_uri: `${CALLBACK}/` },
      "redirect_uri differs from the registered",
      "trailing slash",
    ],
  ])("logout with %o", async (parameters, begin, end) => {
    const pool = await startPool();
    const query = new URLSearchParams({ client_id: pool.clientId, ...parameters });
    await pool.browser().get(`/logout?${query}`);
    expect(await whyOf(pool)).toContain(begin);
    expect(await whyOf(pool)).toContain(end);
  });
});

describe("the log of requests", () => {
  test("tells a whole sign-in, newest first, without a secret, a code or a token", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    await browser.open(authorizeAddress(pool, { state: undefined }));
    const code = codeOf(await register(pool, browser));
    const { body } = await redeem(pool, code);
    const refreshed = await refresh(pool, body.refresh_token);
    await userInfo(pool, body.access_token);
    await postForm(pool, "/oauth2/revoke", { token: String(body.refresh_token) });
    const signOut = { client_id: pool.clientId, logout_uri: "http://localhost:3000/logout" };
    await browser.get(`/logout?${new URLSearchParams(signOut)}`);
    await redeem(pool, code, { redirect_uri: `${CALLBACK}?code=${code}` });
    await redeem(pool, code, {}, basicly(pool.clientSecret, pool.clientSecret));

    const log = await logOf(browser);
    const told = log.map(
      ({ method, path, status, outcome }) => `${method} ${path} ${status} ${outcome}`,
    );
    expect(told.reverse()).toEqual([
      "GET /oauth2/authorize 302 on to the sign-in page",
      "POST /confirm 302 a code for the app",
      "POST /oauth2/token 200 tokens for a code",
      "POST /oauth2/token 200 tokens for a refresh token",
      "GET /oauth2/userInfo 200 attributes of the user",
      "POST /oauth2/revoke 200 revoked, if there was such a token",
      "GET /logout 302 signed out, and on to the app",
      "POST /oauth2/token 400 refused",
      "POST /oauth2/token 400 refused",
    ]);
    const unnamed = log.filter(({ clientId }) => clientId !== pool.clientId);
    expect(unnamed.map(({ path }) => path)).toEqual(["/oauth2/token", "/oauth2/userInfo"]);
    expect(log.at(-1)?.remark).toMatch(/^No state was sent/);
    expect(log.filter(({ remark }) => remark)).toHaveLength(1);

    const page = await browser.get("/_local/requests");
    expect(page.headers.get("refresh")).toBe("5");
    expect(page.text).toContain("in its query");
    for (const text of [page.text, JSON.stringify(log)]) {
      for (const secret of [
        code,
        pool.clientSecret,
        PASSWORD,
        ...Object.values(body).concat(Object.values(refreshed.body)),
      ]) {
        if (String(secret).length > 6) expect(text.includes(String(secret))).toBe(false);
      }
    }
  });

  test("tells of wrong passwords and codes at the pages, without a word of what was typed", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const confirmPage = await signUp(pool, browser);
    const refused = async (act: () => Promise<unknown>) => {
      await act();
      const [newest] = await logOf(browser);
      expect(JSON.stringify(newest)).not.toMatch(/typed-in|000000/);
      return [newest?.path, newest?.status, newest?.error, newest?.reason];
    };
    const typedCode = { code: "typed-in" };
    expect(await refused(() => browser.submit(confirmPage, "Confirm account", typedCode))).toEqual([
      "/confirm",
      400,
      "CodeMismatchException",
      "The code is not the newest one that was sent.",
    ]);
    const code = await newestCode(browser);
    await browser.submit(confirmPage, "Confirm account", { code });
    const wrong = (username: string) => () =>
      signIn(pool, pool.browser(), { username, password: "typed-in" });
    for (const [username, reason] of [
      ["mira", "The password is wrong."],
      ["typed-in", /^No user has this name/],
    ] as const) {
      expect(await refused(wrong(username))).toEqual([
        "/login",
        400,
        "NotAuthorizedException",
        reason instanceof RegExp ? expect.stringMatching(reason) : reason,
      ]);
    }
    const recovery = await askForCode(pool, browser);
    pool.clock.advance({ minutes: 61 });
    const tooLate = await newestCode(browser);
    expect(await refused(() => chooseNewPassword(browser, recovery, tooLate))).toEqual([
      "/confirmForgotPassword",
      400,
      "ExpiredCodeException",
      "Invalid code provided, please request a code again.",
    ]);
  });

  test("tells of what a hosted page refuses, and of no page that only is looked at", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    await browser.get(`/login?${requestQuery(pool)}`);
    await browser.get("/nothing");
    await browser.get("/_local");
    const headers = { "sec-fetch-site": "cross-site" };
    await browser.request("POST", "/_local/users", { headers });
    expect(await logOf(browser)).toEqual([]);
    const page = await browser.get(`/signup?${requestQuery(pool, { scope: "email" })}`);
    expect(await logOf(browser)).toEqual([
      {
        at: new Date(pool.clock.ms).toISOString(),
        requestId: page.headers.get("x-amz-cognito-request-id"),
        method: "GET",
        path: "/signup",
        clientId: pool.clientId,
        status: 302,
        outcome: "refused, and the app was told",
        error: "invalid_request",
        reason: "email, phone and profile mean something only beside the scope openid.",
      },
    ]);
    expect((await browser.get("/error?error=redirect_mismatch")).text).toContain(
      'href="/_local/requests"',
    );
  });

  test("keeps the last two hundred requests, and of a path a hundred characters", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    for (let i = 0; i <= 200; i++) await browser.get(`/oauth2/${i}${"x".repeat(300)}`);
    const log = await logOf(browser);
    expect(log).toHaveLength(200);
    expect(log[0]?.path).toBe(`/oauth2/200${"x".repeat(89)}`);
    expect(log.at(-1)?.path).toMatch(/^\/oauth2\/1x/);
  });
});

function basicly(id: string, secret: string): Record<string, string> {
  return { authorization: basic(id, secret) };
}
