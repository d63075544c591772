import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { call } from "../local-cognito/api/support/calls.ts";
import { PASSWORD, type TestPool } from "../local-cognito/support/pool.ts";
import { totp } from "../local-cognito/support/totp.ts";
import { noteSecret } from "../support/canary.ts";
import { mailedCode, startBrowserPool } from "./support/browser-pool.ts";
import { library } from "./support/library.ts";

const { isInstalled, load } = library("amazon-cognito-identity-js", import.meta.url);
const NEW_PASSWORD = "Another-Horse-9";

/** As its README has it, with the endpoint that it takes for tests. */
function userPoolOf(pool: TestPool) {
  const { CognitoUserPool } = load();
  return new CognitoUserPool({
    UserPoolId: pool.userPoolId,
    ClientId: pool.clientId,
    endpoint: `${pool.origin}/`,
  });
}

function userOf(pool: TestPool, Username: string) {
  const { CognitoUser } = load();
  return new CognitoUser({ Username, Pool: userPoolOf(pool) });
}

interface Attempt {
  outcome: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the library hands over.
  value: any;
}

/**
 * Signs in by SRP, and tells by its name which of the callbacks was called. The library reckons in the thread that the
 * server is in: on a busy machine for so long that the server's idle connections end meanwhile, which it does not expect.
 */
// biome-ignore lint/suspicious/noExplicitAny: a user of the library.
async function authenticate(user: any, Username: string, Password: string): Promise<Attempt> {
  const { AuthenticationDetails } = load();
  const details = new AuthenticationDetails({ Username, Password });
  const attempt = await new Promise<Attempt>((resolve) =>
    user.authenticateUser(details, callbacks(resolve)),
  );
  return attempt.value?.code === "NetworkError" ? authenticate(user, Username, Password) : attempt;
}

const outcomes = ["onSuccess", "onFailure", "newPasswordRequired", "mfaSetup", "totpRequired"];

function callbacks(resolve: (attempt: Attempt) => void): object {
  return Object.fromEntries(
    outcomes.map((outcome) => [
      outcome,
      (first: unknown, second: unknown) =>
        resolve({ outcome, value: outcome === "totpRequired" ? second : first }),
    ]),
  );
}

/** Calls a method that takes a callback last. */
// biome-ignore lint/suspicious/noExplicitAny: any object and result of the library.
function ask(target: any, method: string, ...args: unknown[]): Promise<any> {
  return new Promise((resolve, reject) => {
    target[method](...args, (error: unknown, result: unknown) =>
      error ? reject(error) : resolve(result),
    );
  });
}

/** The same for one that takes callbacks by name. */
// biome-ignore lint/suspicious/noExplicitAny: any object and result of the library.
function askNamed(target: any, method: string, ...args: unknown[]): Promise<any> {
  return new Promise((onSuccess, onFailure) => {
    const associateSecretCode = onSuccess;
    target[method](...args, { onSuccess, onFailure, associateSecretCode });
  });
}

async function createUser(pool: TestPool, Username: string, password = PASSWORD): Promise<void> {
  const UserPoolId = pool.userPoolId;
  const UserAttributes = [
    { Name: "email", Value: `${Username}@example.org` },
    { Name: "email_verified", Value: "true" },
  ];
  const MessageAction = "SUPPRESS";
  await call(pool, "AdminCreateUser", { UserPoolId, Username, UserAttributes, MessageAction });
  const Permanent = true;
  const Password = password;
  await call(pool, "AdminSetUserPassword", { UserPoolId, Username, Password, Permanent });
}

describe.skipIf(!isInstalled)("amazon-cognito-identity-js", () => {
  test("signs up, confirms, signs in by SRP, refreshes and signs out everywhere", async () => {
    const pool = await startBrowserPool();
    const { CognitoUserAttribute } = load();
    const email = new CognitoUserAttribute({ Name: "email", Value: "mira@example.org" });
    const signedUp = await ask(userPoolOf(pool), "signUp", "mira", PASSWORD, [email], null);
    expect(signedUp.userConfirmed).toBe(false);
    expect(signedUp.codeDeliveryDetails.Destination).toBe("m***@e***");
    const user = userOf(pool, "mira");
    const early = await authenticate(user, "mira", PASSWORD);
    expect(early.value).toMatchObject({ code: "UserNotConfirmedException" });
    await ask(user, "resendConfirmationCode");
    expect(await ask(user, "confirmRegistration", await mailedCode(pool), true)).toBe("SUCCESS");

    const wrong = await authenticate(user, "mira", `${PASSWORD}!`);
    expect(wrong.value).toMatchObject({
      code: "NotAuthorizedException",
      message: "Incorrect username or password.",
    });
    const { outcome, value: session } = await authenticate(user, "mira@example.org", PASSWORD);
    expect(outcome).toBe("onSuccess");
    expect(user.getUsername()).toBe("mira");
    expect(session.getIdToken().payload).toMatchObject({
      "cognito:username": "mira",
      email: "mira@example.org",
      email_verified: true,
    });
    const refreshed = await ask(user, "refreshSession", session.getRefreshToken());
    expect(refreshed.isValid()).toBe(true);
    expect(refreshed.getAccessToken().payload.scope).toBe("aws.cognito.signin.user.admin");

    await ask(user, "changePassword", PASSWORD, NEW_PASSWORD);
    const name = new CognitoUserAttribute({ Name: "name", Value: "Mira" });
    expect(await ask(user, "updateAttributes", [name])).toBe("SUCCESS");
    const { UserAttributes } = await ask(user, "getUserData");
    expect(UserAttributes).toContainEqual({ Name: "name", Value: "Mira" });

    const other = userOf(pool, "mira");
    await authenticate(other, "mira", NEW_PASSWORD);
    await askNamed(other, "globalSignOut");
    await expect(ask(user, "updateAttributes", [name])).rejects.toMatchObject({
      message: "Access Token has been revoked",
    });
  });

  test("recovers a forgotten password", async () => {
    const pool = await startBrowserPool();
    await createUser(pool, "mira");
    const user = userOf(pool, "mira");
    await askNamed(user, "forgotPassword");
    await askNamed(user, "confirmPassword", await mailedCode(pool), NEW_PASSWORD);
    expect((await authenticate(user, "mira", NEW_PASSWORD)).outcome).toBe("onSuccess");
  });

  test("answers the challenge for a new password", async () => {
    const schema = [
      { name: "email", type: "String", isRequired: true, isMutable: true },
      { name: "given_name", type: "String", isRequired: true, isMutable: true },
    ] as const;
    const pool = await startBrowserPool({ schema: [...schema] });
    const UserAttributes = [{ Name: "email", Value: "mira@example.org" }];
    const TemporaryPassword = "Temporary-Horse-1";
    const Username = "mira";
    const UserPoolId = pool.userPoolId;
    await call(pool, "AdminCreateUser", {
      UserPoolId,
      Username,
      UserAttributes,
      TemporaryPassword,
    });
    const user = userOf(pool, "mira");
    expect((await authenticate(user, "mira", TemporaryPassword)).outcome).toBe(
      "newPasswordRequired",
    );
    const answered = await new Promise<Attempt>((resolve) =>
      user.completeNewPasswordChallenge(NEW_PASSWORD, { given_name: "Mira" }, callbacks(resolve)),
    );
    expect(answered.outcome).toBe("onSuccess");
    const { UserStatus } = await call(pool, "AdminGetUser", { UserPoolId, Username });
    expect(UserStatus).toBe("CONFIRMED");
  });

  test("sets up an authenticator app where the pool wants one, and signs in with it", async () => {
    const pool = await startBrowserPool({ mfa: "ON" });
    await createUser(pool, "mira");
    const user = userOf(pool, "mira");
    expect((await authenticate(user, "mira", PASSWORD)).outcome).toBe("mfaSetup");
    const secret: string = await askNamed(user, "associateSoftwareToken");
    noteSecret("the secret of an authenticator app", secret);
    const session = await askNamed(user, "verifySoftwareToken", totp(secret, Date.now()), "phone");
    expect(session.isValid()).toBe(true);

    const again = userOf(pool, "mira");
    const asked = await authenticate(again, "mira", PASSWORD);
    expect(asked.outcome).toBe("totpRequired");
    expect(asked.value.FRIENDLY_DEVICE_NAME).toBe("phone");
    const wrong = await new Promise<Attempt>((resolve) =>
      again.sendMFACode(totp(secret, Date.now(), 9), callbacks(resolve), "SOFTWARE_TOKEN_MFA"),
    );
    expect(wrong.value).toMatchObject({ code: "CodeMismatchException" });
    const right = await new Promise<Attempt>((resolve) =>
      again.sendMFACode(totp(secret, Date.now(), 1), callbacks(resolve), "SOFTWARE_TOKEN_MFA"),
    );
    expect(right.outcome).toBe("onSuccess");
  });

  test("agrees on every password, in whatever letters", async () => {
    const passwordPolicy = {
      minimumLength: 6,
      requireUppercase: false,
      requireLowercase: false,
      requireNumbers: false,
      requireSymbols: false,
      temporaryPasswordValidityDays: 7,
    };
    const pool = await startBrowserPool({ passwordPolicy });
    const count = Number(process.env.SRP_PASSWORDS ?? 4);
    for (let i = 0; i < count; i++) {
      const password = `pässwörd-密码-${randomBytes(6).toString("base64")}`;
      await createUser(pool, `user-${i}`, password);
      const { outcome } = await authenticate(userOf(pool, `user-${i}`), `user-${i}`, password);
      expect(outcome).toBe("onSuccess");
    }
  });
});
