import { describe, expect, test, vi } from "vitest";
import { call } from "../local-cognito/api/support/calls.ts";
import { PASSWORD, type TestPool } from "../local-cognito/support/pool.ts";
import { totp } from "../local-cognito/support/totp.ts";
import { noteSecret } from "../support/canary.ts";
import { mailedCode, startBrowserPool } from "./support/browser-pool.ts";
import { library } from "./support/library.ts";

const { isInstalled, load } = library("aws-amplify", import.meta.url);
const auth = library("aws-amplify/auth", import.meta.url);
const NEW_PASSWORD = "Another-Horse-9";

/** As its documentation has it, with the endpoint in place of AWS's. */
function configure(pool: TestPool) {
  // It warns that another endpoint than AWS's is used.
  vi.spyOn(console, "warn").mockImplementation(() => {});
  load().Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: pool.userPoolId,
        userPoolClientId: pool.clientId,
        userPoolEndpoint: pool.origin,
      },
    },
  });
  return auth.load();
}

async function signUpMira(pool: TestPool) {
  const auth = configure(pool);
  const options = { userAttributes: { email: "mira@example.org" } };
  await auth.signUp({ username: "mira", password: PASSWORD, options });
  const confirmationCode = await mailedCode(pool);
  await auth.confirmSignUp({ username: "mira", confirmationCode });
  return auth;
}

describe.skipIf(!isInstalled)("aws-amplify", () => {
  test("signs up, confirms, signs in, reads the session and signs out", async () => {
    const pool = await startBrowserPool();
    const auth = configure(pool);
    const options = { userAttributes: { email: "mira@example.org" } };
    const { nextStep } = await auth.signUp({ username: "mira", password: PASSWORD, options });
    expect(nextStep).toMatchObject({
      signUpStep: "CONFIRM_SIGN_UP",
      codeDeliveryDetails: { deliveryMedium: "EMAIL", destination: "m***@e***" },
    });
    const early = await auth.signIn({ username: "mira", password: PASSWORD });
    expect(early.nextStep.signInStep).toBe("CONFIRM_SIGN_UP");
    const confirmationCode = await mailedCode(pool);
    const confirmed = await auth.confirmSignUp({ username: "mira", confirmationCode });
    expect(confirmed.isSignUpComplete).toBe(true);

    const wrong = auth.signIn({ username: "mira", password: `${PASSWORD}!` });
    await expect(wrong).rejects.toMatchObject({ name: "NotAuthorizedException" });
    const signedIn = await auth.signIn({ username: "mira", password: PASSWORD });
    expect(signedIn.isSignedIn).toBe(true);
    expect(await auth.getCurrentUser()).toMatchObject({ username: "mira" });
    const { tokens } = await auth.fetchAuthSession();
    expect(tokens.idToken.payload.email).toBe("mira@example.org");
    const { tokens: refreshed } = await auth.fetchAuthSession({ forceRefresh: true });
    expect(refreshed.accessToken.payload.jti).not.toBe(tokens.accessToken.payload.jti);
    expect(await auth.fetchUserAttributes()).toMatchObject({ email_verified: "true" });

    await auth.updatePassword({ oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
    const changed = await auth.updateUserAttributes({ userAttributes: { name: "Mira" } });
    expect(changed.name.isUpdated).toBe(true);
    await auth.signOut();
    expect((await auth.fetchAuthSession()).tokens).toBeUndefined();
    const again = await auth.signIn({ username: "mira@example.org", password: NEW_PASSWORD });
    expect(again.isSignedIn).toBe(true);
    await auth.signOut({ global: true });
  });

  test("resets a forgotten password", async () => {
    const pool = await startBrowserPool();
    const auth = await signUpMira(pool);
    const { nextStep } = await auth.resetPassword({ username: "mira" });
    expect(nextStep.resetPasswordStep).toBe("CONFIRM_RESET_PASSWORD_WITH_CODE");
    await auth.confirmResetPassword({
      username: "mira",
      confirmationCode: await mailedCode(pool),
      newPassword: NEW_PASSWORD,
    });
    expect((await auth.signIn({ username: "mira", password: NEW_PASSWORD })).isSignedIn).toBe(true);
    await auth.signOut();
  });

  test("sets up an authenticator app, switches it on, and signs in with it", async () => {
    const pool = await startBrowserPool();
    const auth = await signUpMira(pool);
    await auth.signIn({ username: "mira", password: PASSWORD });
    const { sharedSecret } = await auth.setUpTOTP();
    noteSecret("the secret of an authenticator app", sharedSecret);
    await auth.verifyTOTPSetup({ code: totp(sharedSecret, Date.now()) });
    await auth.updateMFAPreference({ totp: "PREFERRED" });
    expect(await auth.fetchMFAPreference()).toEqual({ enabled: ["TOTP"], preferred: "TOTP" });
    await auth.signOut();
    const { nextStep } = await auth.signIn({ username: "mira", password: PASSWORD });
    expect(nextStep.signInStep).toBe("CONFIRM_SIGN_IN_WITH_TOTP_CODE");
    const challengeResponse = totp(sharedSecret, Date.now(), 1);
    expect((await auth.confirmSignIn({ challengeResponse })).isSignedIn).toBe(true);
    await auth.deleteUser();
    const gone = { UserPoolId: pool.userPoolId, Username: "mira" };
    await expect(call(pool, "AdminGetUser", gone)).rejects.toThrow("User does not exist.");
  });

  test("is asked for a new password, and for an app where the pool wants one", async () => {
    const pool = await startBrowserPool({ mfa: "ON" });
    const auth = configure(pool);
    const UserAttributes = [{ Name: "email", Value: "mira@example.org" }];
    const TemporaryPassword = "Temporary-Horse-1";
    const user = { UserPoolId: pool.userPoolId, Username: "mira" };
    await call(pool, "AdminCreateUser", { ...user, UserAttributes, TemporaryPassword });
    const first = await auth.signIn({ username: "mira", password: TemporaryPassword });
    expect(first.nextStep.signInStep).toBe("CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED");
    const { nextStep } = await auth.confirmSignIn({ challengeResponse: NEW_PASSWORD });
    expect(nextStep.signInStep).toBe("CONTINUE_SIGN_IN_WITH_TOTP_SETUP");
    const { sharedSecret } = nextStep.totpSetupDetails;
    noteSecret("the secret of an authenticator app", sharedSecret);
    const challengeResponse = totp(sharedSecret, Date.now());
    expect((await auth.confirmSignIn({ challengeResponse })).isSignedIn).toBe(true);
    await auth.signOut();
  });

  test.each(["USER_PASSWORD_AUTH", "USER_AUTH"])("signs in with %s", async (authFlowType) => {
    const pool = await startBrowserPool(
      {},
      { authFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
    );
    const auth = await signUpMira(pool);
    const preferredChallenge = authFlowType === "USER_AUTH" ? "PASSWORD_SRP" : undefined;
    const options = { authFlowType, preferredChallenge };
    const signedIn = await auth.signIn({ username: "mira", password: PASSWORD, options });
    expect(signedIn.isSignedIn).toBe(true);
    await auth.signOut();
  });
});
