import type { AppClient } from "../pool/clients.ts";
import type { User } from "../users/user.ts";
import type { Caller, HasTriggers } from "./trigger-call.ts";
import { attributesForTriggers, runForUser } from "./user-call.ts";

export interface SigningIn {
  client: AppClient;
  caller?: Caller | undefined;
}

/**
 * PreAuthentication, before a password is looked at: throws where the function refuses. Somebody whom the pool does not
 * know is asked about only where the client hides that.
 */
export async function preAuthentication(
  { triggers, settings }: HasTriggers,
  user: User | undefined,
  { client, caller, typedName }: SigningIn & { typedName: string },
): Promise<void> {
  if (!user && !client.hidesUserExistence) return;
  await triggers?.run({
    trigger: "PreAuthentication",
    source: "PreAuthentication_Authentication",
    userName: user?.username ?? typedName,
    client,
    caller,
    parts: () => ({
      request: {
        userAttributes: user ? attributesForTriggers(user, settings) : {},
        validationData: caller?.validationData ?? null,
        ...(client.hidesUserExistence && { userNotFound: !user }),
      },
      response: {},
    }),
  });
}

/** PostAuthentication, after the last step of a sign-in and before its tokens: throws where the function refuses. */
export async function postAuthentication(
  pool: HasTriggers,
  user: User,
  { client, caller }: SigningIn,
): Promise<void> {
  await runForUser(pool, user, {
    trigger: "PostAuthentication",
    source: "PostAuthentication_Authentication",
    client,
    caller,
    request: { newDeviceUsed: false },
  });
}
