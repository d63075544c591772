import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import type { LoggedRequest } from "../../../src/local-cognito/request-log.ts";
import { alertOf } from "../support/browser.ts";
import { redeem, refresh } from "../support/client.ts";
import { comeThroughGoogle, google, openGoogle } from "../support/federation.ts";
import {
  authorizeAddress,
  callbackOf,
  codeOf,
  newestCode,
  readInbox,
  register,
  signIn,
  signUp,
  startPool,
} from "../support/pool.ts";
import { askForCode, chooseNewPassword, NEW_PASSWORD } from "../support/recovery.ts";
import { withSettings } from "../support/settings.ts";
import { answering, recordTriggers, refusing } from "./support/recorder.ts";

describe("the hosted pages call triggers", () => {
  test("at sign-up, sign-in, each issue of tokens and recovery, in Cognito's order and with its events", async () => {
    const { triggers, take, sources } = recordTriggers();
    const pool = await startPool({ triggers });
    const browser = pool.browser();

    const confirmPage = await signUp(pool, browser);
    const [preSignUp, message] = take();
    expect(preSignUp).toEqual({
      version: "1",
      triggerSource: "PreSignUp_SignUp",
      region: pool.userPoolId.split("_")[0],
      userPoolId: pool.userPoolId,
      userName: "mira",
      callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: pool.clientId },
      request: { userAttributes: { email: "mira@example.org" }, validationData: null },
      response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    });
    expect(message).toMatchObject({
      triggerSource: "CustomMessage_SignUp",
      request: {
        codeParameter: "{####}",
        linkParameter: "{##Click Here##}",
        usernameParameter: null,
        userAttributes: {
          sub: expect.any(String),
          email: "mira@example.org",
          email_verified: "false",
          "cognito:user_status": "UNCONFIRMED",
        },
      },
      response: { smsMessage: null, emailMessage: null, emailSubject: null },
    });

    const code = await newestCode(browser);
    const done = await browser.submit(confirmPage, "Confirm account", { code });
    expect(sources()).toEqual([
      "PostConfirmation_ConfirmSignUp",
      "PostAuthentication_Authentication",
      "TokenGeneration_HostedAuth",
    ]);
    const { body } = await redeem(pool, codeOf(done));
    expect(sources()).toEqual([]);
    await refresh(pool, body.refresh_token);
    expect(sources()).toEqual(["TokenGeneration_RefreshTokens"]);

    await signIn(pool, pool.browser(), { password: "not it" });
    expect(sources()).toEqual(["PreAuthentication_Authentication"]);
    await signIn(pool, pool.browser());
    expect(sources()).toEqual([
      "PreAuthentication_Authentication",
      "PostAuthentication_Authentication",
      "TokenGeneration_HostedAuth",
    ]);
    await signIn(pool, pool.browser(), { username: "nobody" });
    expect(sources()).toEqual(["UserMigration_Authentication", "PreAuthentication_Authentication"]);

    const page = await askForCode(pool, browser);
    await chooseNewPassword(browser, page, await newestCode(browser));
    expect(sources()).toEqual([
      "CustomMessage_ForgotPassword",
      "PostConfirmation_ConfirmForgotPassword",
    ]);
  });

  test("and the log of requests says where each of these led to", async () => {
    const { triggers } = recordTriggers();
    const client = { identityProviders: ["COGNITO", "Google"] };
    const settings = withSettings({ identityProviders: [google], client });
    const pool = await startPool({ ...settings, triggers });
    const browser = pool.browser();
    await signUp(pool, browser);
    const confirmation_code = await newestCode(browser);
    const link = { client_id: pool.clientId, user_name: "mira", confirmation_code };
    await browser.get(`/confirmUser?${new URLSearchParams(link)}`);
    await browser.get(authorizeAddress(pool, { identity_provider: "Google" }));
    const { text } = await browser.get("/_local/requests", { accept: "application/json" });
    const log: LoggedRequest[] = JSON.parse(text);
    expect(log.map(({ path, outcome }) => [path, outcome])).toEqual([
      ["/oauth2/authorize", "on to the provider"],
      ["/confirmUser", "a page"],
      ["/signup", "on to another page"],
    ]);
  });

  test("for whoever comes through a provider: other ones the first time", async () => {
    const { triggers, take, sources } = recordTriggers();
    const client = { identityProviders: ["COGNITO", "Google"] };
    const settings = withSettings({ identityProviders: [google], client });
    const pool = await startPool({ ...settings, triggers });
    await comeThroughGoogle(pool);
    const events = take();
    expect(events.map((event) => event.triggerSource)).toEqual([
      "PreSignUp_ExternalProvider",
      "PostConfirmation_ConfirmSignUp",
      "TokenGeneration_HostedAuth",
    ]);
    expect(events[0]?.request.userAttributes).toMatchObject({ email: "lea@example.org" });
    expect(events[0]?.userName).toMatch(/^google_/);
    expect(events[1]?.request.userAttributes.identities).toContain('"providerName":"Google"');
    const browser = pool.browser();
    const page = await openGoogle(pool, browser);
    const [, account = ""] = /name="account" value="([^"]+)"/.exec(page.text) ?? [];
    const chosen = await browser.submit(page, "Lea Roth · lea@example.org", { account });
    await browser.follow(chosen);
    expect(sources()).toEqual([
      "PreAuthentication_Authentication",
      "PostAuthentication_Authentication",
      "TokenGeneration_HostedAuth",
    ]);
  });
});

describe("what a trigger answers", () => {
  test("PreSignUp confirms and verifies at once: the browser goes on to the app, and no code is sent", async () => {
    const { triggers, sources } = recordTriggers({
      PreSignUp: answering({ autoConfirmUser: true, autoVerifyEmail: true }),
    });
    const pool = await startPool({ triggers });
    const browser = pool.browser();
    const sent = await register(pool, browser).catch(() => undefined);
    expect(sent).toBeUndefined();
    expect(sources()).toEqual([
      "PreSignUp_SignUp",
      "PostConfirmation_ConfirmSignUp",
      "PostAuthentication_Authentication",
      "TokenGeneration_HostedAuth",
    ]);
    expect(await readInbox(browser)).toEqual([]);
    const done = await signIn(pool, pool.browser(), { username: "mira@example.org" });
    const { body } = await redeem(pool, codeOf(done));
    expect(decodeJwt(String(body.id_token)).email_verified).toBe(true);
  });

  test("PreTokenGeneration changes claims, and suppressing wins; what is Cognito's own stays", async () => {
    const { triggers } = recordTriggers({
      PreTokenGeneration: answering({
        claimsOverrideDetails: {
          claimsToAddOrOverride: {
            tenant: "acme",
            twice: "a",
            sub: "me",
            aud: "them",
            "cognito:x": "y",
          },
          claimsToSuppress: ["email", "twice", "iss"],
          groupOverrideDetails: { groupsToOverride: ["editors"] },
        },
      }),
    });
    const pool = await startPool({ triggers });
    const { body } = await redeem(pool, codeOf(await register(pool)));
    const id = decodeJwt(String(body.id_token));
    const access = decodeJwt(String(body.access_token));
    expect(id).toMatchObject({ tenant: "acme", "cognito:groups": ["editors"], aud: pool.clientId });
    expect(Object.keys(id)).not.toEqual(expect.arrayContaining(["twice"]));
    expect(id).not.toHaveProperty("email");
    expect(id).not.toHaveProperty("cognito:x");
    expect(id.iss).toBe(pool.issuer);
    expect(id.sub).toBe(access.sub);
    expect(access).toMatchObject({ "cognito:groups": ["editors"] });
    expect(access).not.toHaveProperty("tenant");
  });

  test("PreTokenGeneration of the second version changes access tokens as well, with values of every kind", async () => {
    const { triggers, take } = recordTriggers({
      PreTokenGenerationV2: answering({
        claimsAndScopeOverrideDetails: {
          idTokenGeneration: { claimsToAddOrOverride: { roles: ["a", "b"] } },
          accessTokenGeneration: {
            claimsToAddOrOverride: { level: 3, tenant: { id: "acme" }, client_id: "me" },
            scopesToAdd: ["orders/read"],
            scopesToSuppress: ["email"],
          },
          groupOverrideDetails: null,
        },
      }),
    });
    const pool = await startPool({ triggers });
    const { body } = await redeem(pool, codeOf(await register(pool)));
    const event = take().find(
      ({ triggerSource }) => triggerSource === "TokenGeneration_HostedAuth",
    );
    expect(event).toMatchObject({
      version: "2",
      request: {
        scopes: ["openid", "email"],
        groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [] },
        userAttributes: {
          "cognito:mfa_enabled": "false",
          "cognito:email_alias": "mira@example.org",
        },
      },
      response: { claimsAndScopeOverrideDetails: null },
    });
    expect(decodeJwt(String(body.id_token))).toMatchObject({ roles: ["a", "b"] });
    expect(decodeJwt(String(body.access_token))).toMatchObject({
      level: 3,
      tenant: { id: "acme" },
      client_id: pool.clientId,
      scope: "openid orders/read",
    });
  });

  test("UserMigration brings somebody in with the password that they typed, whatever the policy", async () => {
    const { triggers, take } = recordTriggers({
      UserMigration: answering({
        userAttributes: { email: "old@example.org", email_verified: "true" },
        finalUserStatus: "CONFIRMED",
      }),
    });
    const pool = await startPool({ triggers });
    const done = await signIn(pool, pool.browser(), { username: "old", password: "short" });
    expect(codeOf(done)).toBeTruthy();
    expect(take()[0]).toMatchObject({
      triggerSource: "UserMigration_Authentication",
      userName: "old",
      request: { password: "short" },
    });
    expect(
      codeOf(await signIn(pool, pool.browser(), { username: "old", password: "short" })),
    ).toBeTruthy();
    expect(take().map(({ triggerSource }) => triggerSource)).not.toContain(
      "UserMigration_Authentication",
    );
  });

  test("UserMigration brings somebody in who has forgotten the password, and chooses a new one", async () => {
    const { triggers } = recordTriggers({
      UserMigration: answering({
        userAttributes: { email: "old@example.org", email_verified: "true" },
      }),
    });
    const pool = await startPool({ triggers });
    const browser = pool.browser();
    const page = await askForCode(pool, browser, "old");
    await chooseNewPassword(browser, page, await newestCode(browser));
    const done = await signIn(pool, pool.browser(), { username: "old", password: NEW_PASSWORD });
    expect(codeOf(done)).toBeTruthy();
  });

  test("CustomMessage words the mail, with the code where it wants it", async () => {
    const { triggers } = recordTriggers({
      CustomMessage: answering({ emailSubject: "Hello", emailMessage: "<b>{####}</b> is yours" }),
    });
    const pool = await startPool({ triggers });
    const browser = pool.browser();
    await signUp(pool, browser);
    const [mail] = await readInbox(browser);
    expect(mail).toMatchObject({ subject: "Hello", body: `<b>${mail?.code}</b> is yours` });
  });
});

describe("what a trigger refuses", () => {
  test("is said on the page, with Cognito's one more full stop, and in the log of requests", async () => {
    const { triggers } = recordTriggers({
      PreSignUp: refusing("Not allowed."),
      PreAuthentication: refusing("Closed"),
    });
    const pool = await startPool({ triggers });
    const browser = pool.browser();
    const page = await signUp(pool, browser);
    expect(alertOf(page)).toBe("PreSignUp failed with error Not allowed..");
    expect(alertOf(await signIn(pool, browser))).toBe(
      "PreAuthentication failed with error Closed.",
    );
    const log = await browser.get("/_local/requests", { accept: "application/json" });
    expect(JSON.parse(log.text)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          path: "/signup",
          error: "UserLambdaValidationException",
          reason: "PreSignUp refused: Not allowed.",
          triggers: ["PreSignUp_SignUp was called."],
        }),
      ]),
    );
  });

  test.each([
    ["PostAuthentication", refusing("Not now"), "PostAuthentication failed with error Not now."],
    [
      "PreTokenGeneration",
      refusing("No claims"),
      "PreTokenGeneration failed with error No claims.",
    ],
    [
      "PreTokenGeneration",
      answering({ claimsOverrideDetails: { claimsToAddOrOverride: { a: [1] } } }),
      "Unrecognizable lambda output",
    ],
    ["PostAuthentication", () => undefined, "Unrecognizable lambda output"],
    ["PostAuthentication", () => ({ answer: "event" }), "Unrecognizable lambda output"],
  ])("goes back to the app once the password is proven: %s", async (name, answer, description) => {
    const { triggers } = recordTriggers({ [name]: answer });
    const pool = await startPool({ triggers });
    const callback = callbackOf(await register(pool));
    expect(Object.fromEntries(callback)).toEqual({
      error: "invalid_request",
      error_description: description,
      state: "a state",
    });
  });

  test("does not undo a confirmation, which PostConfirmation comes after", async () => {
    const { triggers } = recordTriggers({ PostConfirmation: refusing("Not welcome") });
    const pool = await startPool({ triggers });
    const browser = pool.browser();
    const page = await register(pool, browser);
    expect(alertOf(page)).toBe("PostConfirmation failed with error Not welcome.");
    expect(codeOf(await signIn(pool, pool.browser()))).toBeTruthy();
  });

  test("is a time-out after three tries, each as long as it may take", async () => {
    let tries = 0;
    const { triggers } = recordTriggers({
      PreSignUp: () => {
        tries += 1;
        return new Promise(() => {});
      },
    });
    const pool = await startPool({ triggers, triggerTimeLimitMs: 20 });
    const page = await signUp(pool, pool.browser());
    expect(alertOf(page)).toBe(
      "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.",
    );
    expect(tries).toBe(3);
  });
});
