import { describe, expect, test } from "vitest";
import { tutorialSettings, withFirstClient } from "../../src/local-cognito/pool/pool-settings.ts";
import { readTemplateFile } from "../../src/local-cognito/template/file.ts";
import { templatePath } from "../../src/user-pool/template-path.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { administer, createUser, detailsOf, json } from "./support/admin.ts";
import { alertOf, type Page } from "./support/browser.ts";
import { redeem, refresh } from "./support/client.ts";
import { claimsOf, comeThroughGoogle, googlePool, lea, openGoogle } from "./support/federation.ts";
import {
  authorizeAddress,
  callbackOf,
  codeOf,
  PASSWORD,
  readInbox,
  register,
  requestQuery,
  signIn,
  startPool,
} from "./support/pool.ts";
import { required } from "./support/totp.ts";

function errorOf(page: Page): (string | null)[] {
  const answer = callbackOf(page);
  expect(answer.get("code")).toBeNull();
  expect(answer.get("state")).toBe("a state");
  return [answer.get("error"), answer.get("error_description")];
}

describe("somebody who comes through Google", () => {
  test("is a user of the pool, with the id there in the name, in the provider's group and confirmed by it", async () => {
    const pool = await googlePool();
    const answer = await comeThroughGoogle(pool);
    expect(answer.status).toBe(302);
    const claims = await claimsOf(pool, answer);
    const username = String(claims["cognito:username"]);
    expect(username).toMatch(/^google_1\d{20}$/);
    expect(claims).toMatchObject({
      email: "lea@example.org",
      email_verified: true,
      "cognito:groups": [`${pool.userPoolId}_Google`],
      identities: [
        {
          userId: username.slice("google_".length),
          providerName: "Google",
          providerType: "Google",
          issuer: null,
          primary: "true",
          dateCreated: String(pool.clock.ms),
        },
      ],
    });
    expect(claims.nonce).toMatch(/^[\w-]{43}$/);
    expect(await detailsOf(pool, username)).toMatchObject({
      status: "EXTERNAL_PROVIDER",
      sub: claims.sub,
      attributes: { email: "lea@example.org", name: "Lea Roth" },
      signIns: [{}],
    });
  });

  test("gets the nonce that the app has sent, and another of nobody's asking where it sends none", async () => {
    const pool = await googlePool();
    const sent = await comeThroughGoogle(pool, pool.browser(), lea, { nonce: "n-1" });
    expect((await claimsOf(pool, sent)).nonce).toBe("n-1");
    const nonces = new Set<unknown>();
    for (let times = 0; times < 2; times++) {
      nonces.add((await claimsOf(pool, await comeThroughGoogle(pool))).nonce);
    }
    expect(nonces.size).toBe(2);
    await register(pool);
    expect(await claimsOf(pool, await signIn(pool, pool.browser()))).not.toHaveProperty("nonce");
  });

  test("is the same user each time, with what the provider says now; what it no longer says stays", async () => {
    const pool = await googlePool();
    const first = await claimsOf(pool, await comeThroughGoogle(pool));
    const renamed = { email: "LEA@example.org", name: "Lea Roth-Vega", email_verified: "false" };
    const second = await claimsOf(pool, await comeThroughGoogle(pool, pool.browser(), renamed));
    expect(second.sub).toBe(first.sub);
    expect(second).toMatchObject({ email: "LEA@example.org", email_verified: false });
    await comeThroughGoogle(pool, pool.browser(), { ...lea, name: "" });
    const { attributes, groups } = await detailsOf(pool, String(first["cognito:username"]));
    expect(attributes).toEqual({ email: "lea@example.org", name: "Lea Roth-Vega" });
    expect(groups).toHaveLength(1);
  });

  test("has what is mapped and nothing else; the address is unverified unless that is mapped, too", async () => {
    const attributeMapping = { email: "email", nickname: "given_name", website: "homepage" };
    const pool = await googlePool({ attributeMapping });
    const person = { ...lea, given_name: "Lea", homepage: "https://lea.example" };
    const claims = await claimsOf(pool, await comeThroughGoogle(pool, pool.browser(), person));
    expect(claims.email_verified).toBe(false);
    const { attributes } = await detailsOf(pool, String(claims["cognito:username"]));
    expect(attributes).toEqual({
      email: "lea@example.org",
      nickname: "Lea",
      website: "https://lea.example",
    });
  });

  test("keeps the case of the name in a pool that tells cases apart", async () => {
    const pool = await googlePool({}, { isCaseSensitive: true });
    const claims = await claimsOf(pool, await comeThroughGoogle(pool));
    expect(claims["cognito:username"]).toMatch(/^Google_1\d{20}$/);
  });

  test("is another user than the one of the pool with the same address, who keeps it", async () => {
    const pool = await googlePool();
    const own = await claimsOf(pool, await register(pool));
    const same = { ...lea, email: "mira@example.org" };
    const theirs = await claimsOf(pool, await comeThroughGoogle(pool, pool.browser(), same));
    expect(theirs.sub).not.toBe(own.sub);
    const byAddress = await signIn(pool, pool.browser(), { username: "mira@example.org" });
    expect((await claimsOf(pool, byAddress)).sub).toBe(own.sub);
    await comeThroughGoogle(pool, pool.browser(), { ...lea, email: "zoe@example.org" });
    const late = { username: "zoe", email: "zoe@example.org" };
    expect(codeOf(await register(pool, pool.browser(), late))).toBeTruthy();
  });

  test("is not let in as somebody who has signed up with that name", async () => {
    const pool = await googlePool();
    const claims = await claimsOf(pool, await comeThroughGoogle(pool));
    const username = String(claims["cognito:username"]);
    await administer(pool, `/${username}/delete`);
    const own = await claimsOf(pool, await register(pool, pool.browser(), { username }));
    expect(own["cognito:username"]).toBe(username);
    const browser = pool.browser();
    expect(errorOf(await comeThroughGoogle(pool, browser))).toEqual([
      "invalid_request",
      `Already found an entry for username ${username}`,
    ]);
    expect(browser.cookies.has("cognito")).toBe(false);
  });

  test("is turned away while disabled, and so are the tokens", async () => {
    const pool = await googlePool();
    const { body } = await redeem(pool, codeOf(await comeThroughGoogle(pool)));
    const [user] = JSON.parse(
      (await pool.browser().get("/_local/users", { accept: "application/json" })).text,
    );
    await administer(pool, `/${user.username}/disable`);
    expect(errorOf(await comeThroughGoogle(pool))[1]).toBe("User is disabled.");
    expect((await refresh(pool, body.refresh_token)).body.error).toBe("invalid_grant");
  });

  test("is never asked for a second factor, and can be given none", async () => {
    const pool = await googlePool({}, { mfa: required.settings.mfa });
    const claims = await claimsOf(pool, await comeThroughGoogle(pool));
    const path = `/${claims["cognito:username"]}/set-up-authenticator-app`;
    expect((await administer(pool, path)).body.error).toBe("InvalidParameterException");
  });

  test("has no password: the pages for passwords answer as for a wrong one, and no code is mailed", async () => {
    const pool = await googlePool();
    const claims = await claimsOf(pool, await comeThroughGoogle(pool));
    const username = String(claims["cognito:username"]);
    for (const password of [PASSWORD, "", "undefined"]) {
      const page = await signIn(pool, pool.browser(), { username, password });
      expect(alertOf(page)).toBe("Incorrect username or password.");
    }
    const browser = pool.browser();
    const forgot = await browser.open(`/forgotPassword?${requestQuery(pool)}`);
    const refused = await browser.submit(forgot, "Send me a code", { username });
    expect(refused.status).toBe(400);
    expect((await administer(pool, `/${username}/reset-password`)).body.message).toBe(
      "User password cannot be reset in the current state.",
    );
    expect(await readInbox(browser)).toEqual([]);
  });

  test("cannot come in where a required attribute is not mapped, or not told, and is not made", async () => {
    const unmapped = await googlePool({ attributeMapping: { name: "name" } });
    expect(errorOf(await comeThroughGoogle(unmapped))).toEqual([
      "invalid_request",
      "attributes required: [email]",
    ]);
    const log = await unmapped.browser().get("/_local/requests", json);
    expect(JSON.parse(log.text)[0]).toMatchObject({
      path: "/oauth2/idpresponse",
      outcome: "refused, and the app was told",
      reason: expect.stringMatching(/^The pool requires email:/),
    });
    const schema = [
      ...tutorialSettings.schema,
      { name: "given_name", type: "String" as const, isRequired: true, isMutable: true },
    ];
    const attributeMapping = { email: "email", given_name: "given_name" };
    const pool = await googlePool({ attributeMapping }, { schema });
    const silent = await comeThroughGoogle(pool);
    expect(errorOf(silent)[1]).toBe("attributes required: [given_name]");
    const users = await pool.browser().get("/_local/users", { accept: "application/json" });
    expect(JSON.parse(users.text)).toEqual([]);
    const told = await comeThroughGoogle(pool, pool.browser(), { ...lea, given_name: "Lea" });
    expect(codeOf(told)).toBeTruthy();
  });

  test.each([
    ["too long", { name: "name", maximum: 5 }, "name"],
    ["too short", { name: "name", minimum: 50 }, "name"],
    ["no number", { name: "custom:name", type: "Number" as const }, "custom:name"],
  ])(
    "cannot come in with a value that the schema has no room for: %s",
    async (_name, limits, words) => {
      const attribute = { type: "String" as const, isRequired: false, isMutable: true, ...limits };
      const attributeMapping = { email: "email", [limits.name]: "name" };
      const schema = [...tutorialSettings.schema, attribute];
      const pool = await googlePool({ attributeMapping }, { schema });
      const [error, description] = errorOf(await comeThroughGoogle(pool));
      expect(error).toBe("invalid_request");
      expect(description).toContain(words);
      const users = await pool.browser().get("/_local/users", json);
      expect(JSON.parse(users.text)).toEqual([]);
    },
  );

  test("comes in once only where a mapped attribute cannot be changed", async () => {
    const schema = [{ name: "email", type: "String" as const, isRequired: true, isMutable: false }];
    const pool = await googlePool({}, { schema });
    expect(codeOf(await comeThroughGoogle(pool))).toBeTruthy();
    expect(errorOf(await comeThroughGoogle(pool))[1]).toBe(
      "user.email: Attribute cannot be updated.",
    );
  });

  test("cannot come in to a full pool", async () => {
    const settings = withFirstClient(tutorialSettings, { identityProviders: ["COGNITO"] });
    const pool = await startPool({ settings, identityProviders: ["Google"], mostUsers: 1 });
    await createUser(pool);
    expect(errorOf(await comeThroughGoogle(pool))[1]).toMatch(/^This user pool is full/);
  });
});

describe("the session of somebody who came through Google", () => {
  test("signs in silently through Google or whatever, and not as one of the pool's own users", async () => {
    const pool = await googlePool();
    const browser = pool.browser();
    await comeThroughGoogle(pool, browser);
    for (const identity_provider of ["Google", undefined]) {
      const answer = await browser.get(authorizeAddress(pool, { identity_provider }));
      expect(codeOf(answer)).toBeTruthy();
    }
    const cognito = { identity_provider: "COGNITO" };
    const page = await browser.open(authorizeAddress(pool, cognito));
    expect(page.url).toMatch(`${pool.origin}/login?`);
    expect(page.text).not.toContain("Sign in as");
    const silent = await browser.get(authorizeAddress(pool, { ...cognito, prompt: "none" }));
    expect(errorOf(silent)[0]).toBe("login_required");
    const again = await openGoogle(pool, browser, { prompt: "login" });
    expect(again.url).toMatch(`${pool.origin}/_providers/Google/authorize?`);
  });

  test("is not what a user of the pool's own goes on with where the app asks for Google", async () => {
    const pool = await googlePool();
    const browser = pool.browser();
    await register(pool, browser);
    const page = await openGoogle(pool, browser);
    expect(page.url).toMatch(`${pool.origin}/_providers/Google/authorize?`);
    expect(codeOf(await browser.get(authorizeAddress(pool)))).toBeTruthy();
  });
});

describe("a provider that is given by name alone", () => {
  test("is the one of the template", async () => {
    const dataDirectory = await temporaryDirectory();
    const parameters = {
      GoogleClientId: "x",
      GoogleClientSecret: "x",
      FacebookAppId: "x",
      FacebookAppSecret: "x",
      AmazonClientId: "x",
      AmazonClientSecret: "x",
    };
    const appUrl = "http://localhost:3000";
    const read = { parameters, appUrl, cacheDirectory: dataDirectory };
    const { settings } = await readTemplateFile(templatePath, read);
    const identityProviders = ["Google", "Facebook", "LoginWithAmazon"];
    const pool = await startPool({ settings: tutorialSettings, identityProviders });
    const overview = await pool.browser().get("/_local", { accept: "application/json" });
    const byName = JSON.parse(overview.text).settings;
    expect(byName.identityProviders).toEqual(settings.identityProviders);
    expect(byName.client.identityProviders).toEqual(settings.clients[0].identityProviders);
  });

  test("is refused where there is no stand-in for it", async () => {
    await expect(startPool({ identityProviders: ["Okta"] })).rejects.toThrow(
      /no stand-in for Okta/,
    );
  });
});
