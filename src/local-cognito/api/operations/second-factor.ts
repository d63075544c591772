import {
  assertTotpIsOn,
  associateSoftwareToken as associate,
  enrol,
  setUserMfaPreference as prefer,
  verifySoftwareToken as verify,
} from "../../accounts/authenticator-app.ts";
import { makeTotpSecret } from "../../users/totp.ts";
import { hasSecondFactor, type User } from "../../users/user.ts";
import { holderOf } from "../access-token.ts";
import { invalidSession } from "../authentication/auth-sessions.ts";
import { clientIn } from "../clients.ts";
import type { Context } from "../context.ts";
import { ApiException } from "../exceptions.ts";
import { userIn } from "../named.ts";
import { factorsOf } from "../user-descriptions.ts";

/** Who sets up an app: a user who is signed in, or one in the middle of a sign-in. */
interface Caller {
  AccessToken?: string;
  Session?: string;
}

export async function associateSoftwareToken(context: Context, input: Caller): Promise<object> {
  const { accounts, sessions } = context;
  const { AccessToken, Session } = input;
  if (AccessToken !== undefined) {
    const { user } = await holderOf(context, { AccessToken });
    return { SecretCode: associate(accounts, user) };
  }
  const { user, client } = atSetUp(context, Session);
  assertTotpIsOn(accounts);
  const secret = makeTotpSecret();
  const next = sessions.issue(user, client, { challenge: "MFA_SETUP", secret });
  return { SecretCode: secret, Session: next };
}

export async function verifySoftwareToken(
  context: Context,
  input: Caller & { UserCode: string; FriendlyDeviceName?: string },
): Promise<object> {
  const { accounts, sessions } = context;
  const { AccessToken, Session, UserCode: code, FriendlyDeviceName: deviceName = "" } = input;
  if (AccessToken !== undefined) {
    const { user } = await holderOf(context, { AccessToken });
    verify(accounts, user, { code, deviceName });
    return { Status: "SUCCESS" };
  }
  const { user, client, step } = atSetUp(context, Session);
  if (step.secret === undefined) {
    throw new ApiException(
      "InvalidParameterException",
      "No secret was associated with this session: call AssociateSoftwareToken, and go on with its Session.",
    );
  }
  const enrolled = enrol(accounts, user, { secret: step.secret, code, deviceName });
  sessions.spend(step);
  const next = sessions.issue(enrolled, client, { challenge: "MFA_SETUP", isVerified: true });
  return { Status: "SUCCESS", Session: next };
}

function atSetUp({ pool, sessions }: Context, session: string | undefined) {
  if (session === undefined) {
    throw new ApiException("InvalidParameterException", "Either AccessToken or Session is needed.");
  }
  const step = sessions.read(session);
  const user = pool.users.get(step.username, step.sub);
  if (!user || step.challenge !== "MFA_SETUP") {
    throw invalidSession(`The session waits for ${step.challenge}, not for a second factor.`);
  }
  return { user, client: clientIn(pool, step.clientId), step };
}

interface Preferences {
  SoftwareTokenMfaSettings?: Preference;
  SMSMfaSettings?: Preference;
  EmailMfaSettings?: Preference;
  WebAuthnMfaSettings?: Preference;
}

interface Preference {
  Enabled?: boolean;
  PreferredMfa?: boolean;
}

export async function setUserMfaPreference(
  context: Context,
  { AccessToken, ...preferences }: Preferences & { AccessToken: string },
): Promise<object> {
  const { user } = await holderOf(context, { AccessToken });
  return setPreferences(context, user, preferences);
}

export function adminSetUserMfaPreference(
  context: Context,
  { UserPoolId, Username, ...preferences }: Preferences & { UserPoolId: string; Username: string },
): object {
  return setPreferences(context, userIn(context.pool, { UserPoolId, Username }), preferences);
}

function setPreferences(
  { accounts }: Context,
  user: User,
  { SoftwareTokenMfaSettings: app, ...others }: Preferences,
): object {
  const other = Object.entries(others).find(([, preference]) => preference?.Enabled);
  if (other) {
    const factor = other[0].replace("Settings", "");
    throw new ApiException(
      "InvalidParameterException",
      `User does not have delivery config set to turn on ${factor}`,
      { reason: `Local Cognito has authenticator apps for a second factor, and not ${factor}.` },
    );
  }
  if (app) {
    const { Enabled: isEnabled, PreferredMfa: isPreferred } = app;
    prefer(accounts, user, {
      ...(isEnabled !== undefined && { isEnabled }),
      ...(isPreferred !== undefined && { isPreferred }),
    });
  }
  return {};
}

export async function getUserAuthFactors(
  context: Context,
  input: { AccessToken: string },
): Promise<object> {
  const { user } = await holderOf(context, input);
  const factors = [
    ...(user.password ? ["PASSWORD"] : []),
    ...(hasSecondFactor(user) ? ["SOFTWARE_TOKEN"] : []),
  ];
  return { Username: user.username, ...factorsOf(user), ConfiguredUserAuthFactors: factors };
}
