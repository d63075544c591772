import { describe, expect, test } from "vitest";
import { tutorialSettings } from "../../../src/local-cognito/pool/pool-settings.ts";
import { json } from "../support/admin.ts";
import { alertOf } from "../support/browser.ts";
import { redeem } from "../support/client.ts";
import { codeOf, newestCode, PASSWORD, register, signIn, signUp } from "../support/pool.ts";
import { addUser, claimsOf, passwordAuth, startApiPool, tokensOf } from "./support/api-pool.ts";
import { call, refusal } from "./support/calls.ts";

describe("the JSON API and the pages are one pool", () => {
  test("a user who was made by the API signs in on the page, and both stand in the history", async () => {
    const pool = await startApiPool();
    await addUser(pool, "ann");
    const browser = pool.browser();
    expect(codeOf(await signIn(pool, browser, { username: "ann" }))).not.toBe("");
    await tokensOf(pool, "ann");
    const { text } = await browser.get("/_local/users/ann", json);
    expect(JSON.parse(text).signIns).toHaveLength(2);
  });

  test("a user who signed up on the page confirms and signs in by the API", async () => {
    const pool = await startApiPool();
    const browser = pool.browser();
    await signUp(pool, browser);
    const ConfirmationCode = await newestCode(browser);
    await call(pool, "ConfirmSignUp", {
      ClientId: pool.clientId,
      Username: "mira",
      ConfirmationCode,
    });
    expect(claimsOf((await tokensOf(pool, "mira")).AccessToken).username).toBe("mira");
  });

  test("somebody without an address types the code of a message, also where mails have a link", async () => {
    const { code, invitation } = tutorialSettings.messages;
    const messages = { code, invitation, link: { subject: "Welcome", email: "{##Come in##}" } };
    const pool = await startApiPool({ messages, schema: [] });
    const UserAttributes = [{ Name: "phone_number", Value: "+3531234567" }];
    const ann = { ClientId: pool.clientId, Username: "ann", Password: PASSWORD, UserAttributes };
    await call(pool, "SignUp", ann);
    const browser = pool.browser();
    const page = await browser.follow(await signIn(pool, browser, { username: "ann" }));
    const fields = { code: await newestCode(browser) };
    expect(codeOf(await browser.submit(page, "Confirm account", fields))).not.toBe("");
  });

  test("LL-10: guesses by the API lock the page, and guesses on the page lock the API", async () => {
    const pool = await startApiPool();
    for (const name of ["ann", "ben"]) await addUser(pool, name);
    const wrong = "Wrong-Horse-9";
    const refused = "NotAuthorizedException: Password attempts exceeded";
    for (let i = 0; i < 5; i++) {
      await refusal(pool, "InitiateAuth", passwordAuth(pool, "ann", wrong));
      await signIn(pool, pool.browser(), { username: "ben", password: wrong });
    }
    const page = await signIn(pool, pool.browser(), { username: "ann", password: PASSWORD });
    expect(alertOf(page)).toContain("Password attempts exceeded");
    expect(await refusal(pool, "InitiateAuth", passwordAuth(pool, "ben"))).toBe(refused);
  });

  test("a token of the page opens one's own account where its scope says so", async () => {
    const scopes = ["openid", "email", "aws.cognito.signin.user.admin"];
    const pool = await startApiPool({}, { scopes, hasSecret: true });
    const browser = pool.browser();
    const tokensWith = async (scope: string) => {
      const page = await (scope === "openid"
        ? register(pool, browser, {}, { scope })
        : signIn(pool, pool.browser(), {}, { scope }));
      return (await redeem(pool, codeOf(page))).body;
    };
    const { access_token: plain } = await tokensWith("openid");
    expect(await refusal(pool, "GetUser", { AccessToken: plain })).toBe(
      "NotAuthorizedException: Access Token does not have required scopes",
    );
    const tokens = await tokensWith("openid aws.cognito.signin.user.admin");
    const { Username } = await call(pool, "GetUser", { AccessToken: tokens.access_token });
    expect(Username).toBe("mira");
    const refreshed = await call(pool, "GetTokensFromRefreshToken", {
      ClientId: pool.clientId,
      ClientSecret: pool.clientSecret,
      RefreshToken: tokens.refresh_token,
    });
    expect(claimsOf(refreshed.AuthenticationResult.AccessToken).scope).toBe(
      "openid aws.cognito.signin.user.admin",
    );
  });
});
