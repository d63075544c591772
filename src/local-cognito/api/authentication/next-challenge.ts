import type { AppClient } from "../../pool/clients.ts";
import type { TokenSource } from "../../triggers/token-trigger.ts";
import { hasSecondFactor, type User } from "../../users/user.ts";
import { requiredAttributes } from "../../users/user-attributes.ts";
import type { Context } from "../context.ts";
import { attributesOf } from "../user-descriptions.ts";
import type { AuthStep } from "./auth-sessions.ts";
import type { Parameters } from "./parameters.ts";
import { signIn } from "./tokens.ts";

/** Goes on with a user who has proven the password: to a password of their own, the second factor, or tokens. */
export function afterPassword(
  context: Context,
  client: AppClient,
  user: User,
): Promise<object> | object {
  if (user.status !== "FORCE_CHANGE_PASSWORD") return afterFirstFactor(context, client, user);
  const missing = requiredAttributes(context.pool.settings).filter(
    (name) => user.attributes[name] === undefined,
  );
  const known = attributesOf(user).filter(({ Name }) => Name !== "sub" && Name !== "identities");
  return challenge(
    context,
    client,
    user,
    { challenge: "NEW_PASSWORD_REQUIRED" },
    {
      requiredAttributes: JSON.stringify(missing.map((name) => `userAttributes.${name}`)),
      userAttributes: JSON.stringify(
        Object.fromEntries(known.map(({ Name, Value }) => [Name, Value])),
      ),
    },
  );
}

/** Goes on with a confirmed user whose first factor is done. */
export function afterFirstFactor(
  context: Context,
  client: AppClient,
  user: User,
  tokenSource?: TokenSource,
): Promise<object> | object {
  const { mfa } = context.pool.settings;
  if (mfa !== "OFF" && hasSecondFactor(user)) {
    const { deviceName } = user.authenticatorApp ?? {};
    return challenge(
      context,
      client,
      user,
      { challenge: "SOFTWARE_TOKEN_MFA" },
      {
        ...(deviceName && { FRIENDLY_DEVICE_NAME: deviceName }),
      },
    );
  }
  if (mfa === "ON") {
    return challenge(
      context,
      client,
      user,
      { challenge: "MFA_SETUP" },
      {
        MFAS_CAN_SETUP: JSON.stringify(["SOFTWARE_TOKEN_MFA"]),
      },
    );
  }
  return signIn(context, client, user, tokenSource);
}

/** Asks for the next answer, under a session that is good for it alone. */
export function challenge(
  { sessions }: Context,
  client: AppClient,
  user: User,
  step: Omit<AuthStep, "username" | "sub">,
  parameters: Parameters,
): object {
  return {
    ChallengeName: step.challenge,
    Session: sessions.issue(user, client, step),
    ChallengeParameters: { USER_ID_FOR_SRP: user.username, ...parameters },
  };
}
