import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { createUser } from "../../support/pool-claims.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { callbackOf, expectRefused, signInAtProvider } from "../../support/refused.ts";
import {
  pendingCookiesOf,
  sessionCookieOf,
  signedInAs,
  signedInHeading,
} from "../../support/signed-in.ts";
import { describeInEachApp, type Started, startForAll } from "../../support/start.ts";
import { createVisitor, type Visitor } from "../../support/visitor.ts";

const tokenPath = "/oauth2/token";

const provider = providerForAll();
const app = startForAll(() => ({ userPool: provider() }));

/** A callback's address with other parameters; undefined takes one away. */
function withQuery(callback: URL, changes: Record<string, string | undefined>): string {
  const url = new URL(callback);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.href;
}

function parameter(callback: URL, name: string): string {
  return callback.searchParams.get(name) ?? "";
}

function refusal(visitor: Visitor, at: Started = app()) {
  return { app: at, visitor, provider: provider() };
}

describeInEachApp("A good callback", () => {
  test("CB-1: ends at a clean address with a new session and without its pending sign-in", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());

    const answer = await visitor.request("GET", callback.href);

    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe("/logged-in");
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(sessionCookieOf(visitor, app()).value).toMatch(/^s%3A/);
    expect(pendingCookiesOf(visitor, app())).toEqual([]);
    expect(provider().count(tokenPath)).toBe(1);
  });

  test("CB-1: leads only to pages that load nothing from elsewhere", async () => {
    const visitor = createVisitor();

    const page = await signInAtProvider(visitor, app());

    const pages = [page, await visitor.visit(app().appUrl)];
    for (const { html } of pages) {
      const loaded = html.querySelectorAll("[src], link[href], [srcset], [data], [action]");
      const addresses = loaded.map(
        (element) =>
          element.getAttribute("src") ??
          element.getAttribute("href") ??
          element.getAttribute("action"),
      );
      expect(addresses).not.toEqual([]);
      for (const address of addresses) expect(address).toMatch(/^\/(?!\/)/);
    }
  });

  test("CB-6: passes over parameters that nobody knows", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());

    const page = await visitor.visit(
      withQuery(callback, { session_state: "x", utm: "y", "a[b]": "z", ["__proto__"]: "q" }),
    );

    expect(page.heading).toBe(signedInHeading);
  });
});

describeInEachApp("A visit to the signed-in page", () => {
  test("CB-6: is no callback, whatever parameters of other names it has", async () => {
    const visitor = createVisitor();
    await signInAtProvider(visitor, app());

    const page = await visitor.visit(`${app().appUrl}/logged-in?promocode=1&my_state=2&errors=3`);

    expect([page.status, page.heading]).toEqual([200, signedInHeading]);
  });
});

describeInEachApp("The state of a callback", () => {
  test.each<[string, (state: string) => string | undefined]>([
    ["CB-2: refuses a code without a state", () => undefined],
    ["CB-3: refuses an empty state", () => ""],
    ["CB-3: refuses a state whose first character is off", (state) => swapAt(state, 0)],
    ["CB-3: refuses a state whose last character is off", (state) => swapAt(state, 42)],
    ["CB-3: refuses a state in the other case", swapCase],
    ["CB-3: refuses a state with something behind it", (state) => `${state}A`],
    ["CB-3: refuses half a state", (state) => state.slice(0, 20)],
  ])("%s, and the real one still works", async (_title, change) => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    const state = change(parameter(callback, "state"));

    const answer = await visitor.request("GET", withQuery(callback, { state }));

    expect(provider().count(tokenPath)).toBe(0);
    await expectRefused(answer, 400, refusal(visitor));
    expect((await visitor.visit(callback.href)).heading).toBe(signedInHeading);
  });

  test("CB-3: refuses a state from another browser", async () => {
    const visitor = createVisitor();
    const honest = await callbackOf(visitor, app());
    const foreign = await callbackOf(createVisitor(), app());

    const answer = await visitor.request("GET", foreign.href);

    expect(provider().count(tokenPath)).toBe(0);
    await expectRefused(answer, 400, refusal(visitor));
    expect(answer.text).toContain("This link does not match the sign-in we started.");
    expect((await visitor.visit(honest.href)).heading).toBe(signedInHeading);
  });

  test("CB-3: never signs a victim in to the account of whoever made the link", async () => {
    const link = await callbackOf(createVisitor(), app());
    const stranger = createVisitor();
    const signedIn = createVisitor();
    provider().user = createUser("victim");
    await signInAtProvider(signedIn, app());
    const before = provider().count(tokenPath);

    const answer = await stranger.request("GET", link.href);
    const kept = await signedIn.request("GET", link.href);

    expect(provider().count(tokenPath)).toBe(before);
    await expectRefused(answer, 400, refusal(stranger));
    expect(answer.text).toContain("This sign-in was not started in this browser");
    expect([kept.status, kept.headers.location, kept.setCookies]).toEqual([303, "/logged-in", []]);
    expect(await signedInAs(signedIn, app())).toBe("victim");
  });

  test("CB-4: sends the victim's own verifier with a foreign code, which Cognito refuses", async () => {
    const attacker = await callbackOf(createVisitor(), app());
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    const challenge = provider().requests.at(-1)?.query.get("code_challenge");

    const answer = await visitor.request(
      "GET",
      withQuery(callback, { code: parameter(attacker, "code") }),
    );

    const [request] = provider().requests.filter(({ path }) => path === tokenPath);
    const verifier = new URLSearchParams(request?.body).get("code_verifier") ?? "";
    expect(createHash("sha256").update(verifier).digest("base64url")).toBe(challenge);
    expect(provider().count(tokenPath)).toBe(1);
    await expectRefused(answer, 400, refusal(visitor));
    expect((await visitor.visit(callback.href)).status).toBe(400);
  });

  test("CB-4: refuses a foreign code by its nonce where Cognito ignores PKCE", async () => {
    const attacker = await callbackOf(createVisitor(), app());
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    provider().scriptNext({ ignores: ["pkce"] });

    const answer = await visitor.request(
      "GET",
      withQuery(callback, { code: parameter(attacker, "code") }),
    );

    expect(provider().count(tokenPath)).toBe(1);
    await expectRefused(answer, 502, refusal(visitor));
    expect((await visitor.visit(callback.href)).status).toBe(400);
  });
});

describeInEachApp("An error from Cognito", () => {
  const declined = "Sign-in was not completed. Nothing has changed.";
  const refused = "The sign-in service could not complete this sign-in. Nothing has changed.";
  const hostile = {
    error_description: `<script>alert("described")</script> call +44 (0) 1234`,
    error_uri: "https://evil.example/help-with-your-account",
  };

  test.each([
    ["access_denied", declined],
    ["invalid_request", refused],
    ["unauthorized_client", refused],
    ["unsupported_response_type", refused],
    ["invalid_scope", refused],
    ["server_error", refused],
    ["temporarily_unavailable", refused],
    ["interaction_required", refused],
    ["login_required", refused],
    ["account_selection_required", refused],
    ["consent_required", refused],
    ["a_code_of_tomorrow", refused],
    ["constructor", refused],
    ['"><img src=x onerror=alert(1)>', refused],
    ["", refused],
  ])("CB-5: answers %j in our own words and forgets the pending sign-in", async (error, words) => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());

    const page = await visitor.visit(withQuery(callback, { code: undefined, error, ...hostile }));

    expect(page.status).toBe(400);
    expect(page.headers["cache-control"]).toBe("no-store");
    expect(page.alert).toBe(words);
    expect(page.text).not.toMatch(/evil\.example|described|\+44|onerror|of_tomorrow/);
    expect(pendingCookiesOf(visitor, app())).toEqual([]);
    expect(provider().count(tokenPath)).toBe(0);
    expect(JSON.stringify(app().log)).not.toMatch(/evil\.example|onerror=/);
  });

  test.each([
    [
      "as it is",
      "user.email: Attribute cannot be updated.\n",
      "user.email: Attribute cannot be updated.\ufffd",
    ],
    ["marked", "\u001b[2J\u202eGoogle Error", "\ufffd[2J\ufffdGoogle Error"],
    ["cut", "x".repeat(2_000), `${"x".repeat(300)}…`],
    ["as nothing", "", undefined],
  ])(
    "CB-5: has the operator read the description of an error, %s",
    async (_how, description, told) => {
      const visitor = createVisitor();
      const callback = await callbackOf(visitor, app());
      const error = { code: undefined, error: "invalid_request", error_description: description };

      const page = await visitor.visit(withQuery(callback, error));

      expect(page.alert).toBe(refused);
      const [entry] = app()
        .log.filter(({ code }) => code === "sign_in_refused")
        .slice(-1);
      expect(entry).toMatchObject({ reason: "invalid_request", outcome: "refused" });
      expect((entry?.details as { description?: string } | undefined)?.description).toBe(told);
    },
  );

  test("CB-5: notes no description that comes with a state which is not this browser's", async () => {
    const described = {
      state: "x",
      code: undefined,
      error: "invalid_request",
      error_description: "forged",
    };
    const callback = await callbackOf(createVisitor(), app());

    await createVisitor().visit(withQuery(callback, described));

    expect(JSON.stringify(app().log)).not.toContain("forged");
  });

  test("CB-5: believes the error where a code comes with it", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());

    const answer = await visitor.request("GET", withQuery(callback, { error: "access_denied" }));

    expect(provider().count(tokenPath)).toBe(0);
    await expectRefused(answer, 400, refusal(visitor));
  });

  test.each(["not-ours", undefined])(
    "CB-5: leaves everything as it was where the state is %j",
    async (state) => {
      const visitor = createVisitor();
      const callback = await callbackOf(visitor, app());

      const answer = await visitor.request(
        "GET",
        withQuery(callback, { state, code: undefined, error: "access_denied" }),
      );

      expect(answer.setCookies).toEqual([]);
      expect(provider().count(tokenPath)).toBe(0);
      await expectRefused(answer, 400, refusal(visitor));
      expect((await visitor.visit(callback.href)).heading).toBe(signedInHeading);
    },
  );

  test("CB-5: leaves a session that was there alone", async () => {
    const visitor = createVisitor();
    await signInAtProvider(visitor, app());
    const callback = await callbackOf(visitor, app());

    const right = withQuery(callback, { code: undefined, error: "access_denied" });
    const wrong = withQuery(callback, { code: undefined, error: "access_denied", state: "other" });
    const statuses = [
      (await visitor.request("GET", wrong)).status,
      (await visitor.request("GET", right)).status,
    ];

    expect(statuses).toEqual([303, 400]);
    expect(await signedInAs(visitor, app())).toBe("mira");
  });
});

describeInEachApp("A malformed callback", () => {
  test.each<[string, (callback: { code: string; state: string }) => string]>([
    ["two codes", ({ code, state }) => `code=${code}&code=${code}&state=${state}`],
    ["two states", ({ code, state }) => `code=${code}&state=${state}&state=${state}`],
    ["two errors", ({ state }) => `error=access_denied&error=server_error&state=${state}`],
    ["code[]", ({ code, state }) => `code[]=${code}&state=${state}`],
    ["code[x]", ({ code, state }) => `code[x]=${code}&state=${state}`],
    ["code[] beside a code", ({ code, state }) => `code=${code}&code%5B%5D=x&state=${state}`],
    ["state[]", ({ code, state }) => `code=${code}&state[]=${state}`],
    ["error[]", ({ code, state }) => `code=${code}&state=${state}&error[]=x`],
    ["a code of 3 KB", ({ state }) => `code=${"x".repeat(3000)}&state=${state}`],
    ["a state of 3 KB", ({ code }) => `code=${code}&state=${"x".repeat(3000)}`],
    ["an empty code", ({ state }) => `code=&state=${state}`],
    ["only a code", ({ code }) => `code=${code}`],
    ["only a state", ({ state }) => `state=${state}`],
    ["broken percent signs", ({ state }) => `code=%&state=${state}%zz`],
  ])("CB-6: refuses %s and asks Cognito nothing", async (_title, queryOf) => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    const query = queryOf({
      code: parameter(callback, "code"),
      state: parameter(callback, "state"),
    });

    const answer = await visitor.request("GET", `${app().appUrl}/logged-in?${query}`);

    expect(provider().count(tokenPath)).toBe(0);
    await expectRefused(answer, 400, refusal(visitor));
    expect((await visitor.visit(callback.href)).heading).toBe(signedInHeading);
  });

  test("CB-6: asks Cognito what a code of 2,048 characters is worth, and not of one more", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    const send = (length: number) =>
      visitor.request("GET", withQuery(callback, { code: "x".repeat(length) }));

    expect((await send(2049)).status).toBe(400);
    expect(provider().count(tokenPath)).toBe(0);

    await send(2048);
    expect(provider().count(tokenPath)).toBe(1);
  });

  test("CB-6: refuses a code of 1 MB before the app sees it", async () => {
    const visitor = createVisitor();

    const outcome = await visitor
      .request("GET", `${app().appUrl}/logged-in?state=x&code=${"x".repeat(1024 * 1024)}`)
      .then(
        ({ status }) => status,
        (error: NodeJS.ErrnoException) => error.code,
      );

    expect([431, "ECONNRESET", "EPIPE"]).toContain(outcome);
    expect(provider().count(tokenPath)).toBe(0);
  });

  test.each<[string, (issuer: string) => string]>([
    ["another pool", (issuer) => `${issuer}x`],
    ["nothing", () => ""],
    ["a slash more", (issuer) => `${issuer}/`],
  ])("CB-7: refuses an iss that names %s", async (_title, issOf) => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());

    const answer = await visitor.request(
      "GET",
      withQuery(callback, { iss: issOf(provider().issuer) }),
    );

    expect(provider().count(tokenPath)).toBe(0);
    await expectRefused(answer, 400, refusal(visitor));
  });

  test("CB-7: refuses two iss, and accepts the right one", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    const once = withQuery(callback, { iss: provider().issuer });

    const twice = await visitor.request(
      "GET",
      `${once}&iss=${encodeURIComponent(provider().issuer)}`,
    );
    const page = await visitor.visit(once);

    expect(twice.status).toBe(400);
    expect(page.heading).toBe(signedInHeading);
    expect(provider().count(tokenPath)).toBe(1);
  });
});

describeInEachApp("A callback that comes again", () => {
  test("CB-8: takes a visitor who is still signed in to the page and keeps the session", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    await visitor.visit(callback.href);
    const before = sessionCookieOf(visitor, app()).value;

    const again = await visitor.request("GET", callback.href);

    expect([again.status, again.headers.location]).toEqual([303, "/logged-in"]);
    expect(again.setCookies).toEqual([]);
    expect(sessionCookieOf(visitor, app()).value).toBe(before);
    expect(provider().count(tokenPath)).toBe(1);
  });

  test("CB-8: refuses it in another browser and after sign-out", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    await visitor.visit(callback.href);
    const other = createVisitor();
    const elsewhere = await other.request("GET", callback.href);
    await visitor.request("POST", `${app().appUrl}/logout`);

    const afterwards = await visitor.request("GET", callback.href);

    expect(provider().count(tokenPath)).toBe(1);
    await expectRefused(elsewhere, 400, refusal(other));
    await expectRefused(afterwards, 400, refusal(visitor));
  });

  test("CB-8: refuses it to a copy of the browser's cookies once the session has ended", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    const copy = visitor.clone();
    await visitor.visit(callback.href);
    await visitor.request("POST", `${app().appUrl}/logout`);

    const answer = await copy.request("GET", callback.href);

    expect(provider().count(tokenPath)).toBe(1);
    await expectRefused(answer, 400, refusal(copy));
  });
});

describeInEachApp("Other ways to the callback", () => {
  test.each(["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])(
    "CB-10: answers %s with 405 and spends nothing",
    async (method) => {
      const visitor = createVisitor();
      const callback = await callbackOf(visitor, app());

      const answer = await visitor.request(method, callback.href, {
        ...(method === "POST" && { form: Object.fromEntries(callback.searchParams) }),
      });

      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toBe("GET");
      expect(answer.setCookies).toEqual([]);
      expect(provider().count(tokenPath)).toBe(0);
      expect((await visitor.visit(callback.href)).heading).toBe(signedInHeading);
    },
  );

  test("CB-10: answers a prefetch with nothing and spends nothing", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());

    const answer = await visitor.request("GET", callback.href, {
      headers: { "sec-purpose": "prefetch;prerender" },
    });

    expect([answer.status, answer.setCookies]).toEqual([204, []]);
    expect(provider().count(tokenPath)).toBe(0);
    expect((await visitor.visit(callback.href)).heading).toBe(signedInHeading);
  });

  test("CB-11: takes no identity from tokens that the browser brings along", async () => {
    const tokens = await tokensOf("eve");
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    const brought = new URLSearchParams({ ...tokens, token: tokens.id_token });
    const headers = { authorization: `Bearer ${tokens.id_token}`, "x-id-token": tokens.id_token };
    const before = provider().count(tokenPath);

    const bare = await visitor.request("GET", `${app().appUrl}/logged-in?${brought}`, { headers });
    const body = await visitor.request("POST", `${app().appUrl}/logged-in`, {
      form: Object.fromEntries(brought),
      headers,
    });
    const stranger = await createVisitor().request("GET", `${callback.href}&${brought}`, {
      headers,
    });

    expect([bare.status, bare.headers.location]).toEqual([
      303,
      expect.stringMatching(/^\/login\?/),
    ]);
    expect([body.status, stranger.status]).toEqual([405, 400]);
    expect(provider().count(tokenPath)).toBe(before);
    const page = await visitor.visit(`${callback.href}&${brought}`, { headers });
    expect(page.heading).toBe(signedInHeading);
    expect(await signedInAs(visitor, app())).toBe("mira");
  });
});

function swapAt(text: string, index: number): string {
  return text.slice(0, index) + (text[index] === "A" ? "B" : "A") + text.slice(index + 1);
}

function swapCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}

/** The tokens of a person who has really signed in here. */
async function tokensOf(name: string): Promise<{ id_token: string; access_token: string }> {
  let tokens = { id_token: "", access_token: "" };
  provider().user = createUser(name);
  provider().scriptNext({
    tokenBody: (body) => {
      tokens = { id_token: String(body.id_token), access_token: String(body.access_token) };
      return body;
    },
  });
  await signInAtProvider(createVisitor(), app());
  provider().user = createUser("mira");
  return tokens;
}
