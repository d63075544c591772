import type { PoolSettings } from "../pool/pool-settings.ts";
import type { User } from "../users/user.ts";
import type { EventParts, HasTriggers, TriggerAnswer, TriggerCall } from "./trigger-call.ts";

/** Calls a trigger about a user: its event has their attributes and ClientMetadata, beside what is given. */
export async function runForUser(
  { triggers, settings }: HasTriggers,
  user: User,
  {
    request,
    response = {},
    ...call
  }: Omit<TriggerCall, "userName" | "parts"> & Partial<EventParts>,
): Promise<TriggerAnswer | undefined> {
  return triggers?.run({
    ...call,
    userName: user.username,
    parts: () => ({
      request: {
        userAttributes: attributesForTriggers(user, settings),
        clientMetadata: call.caller?.clientMetadata,
        ...request,
      },
      response,
    }),
  });
}

/** A user as triggers see one: every attribute as a text, and how the account stands. */
export function attributesForTriggers(
  { sub, status, attributes, emailVerified, identity }: User,
  { signInWith }: Pick<PoolSettings, "signInWith">,
): Record<string, string> {
  const { email, phone_number: phoneNumber, phone_number_verified = "false" } = attributes;
  return {
    sub,
    "cognito:user_status": status,
    ...(identity && { identities: JSON.stringify([identity]) }),
    ...attributes,
    ...(email !== undefined && { email_verified: String(emailVerified) }),
    ...(email !== undefined &&
      emailVerified &&
      signInWith === "alias" && { "cognito:email_alias": email }),
    ...(phoneNumber !== undefined && { phone_number_verified }),
  };
}
