import {
  confirmForgotPassword as completeRecovery,
  forgotPassword as recover,
} from "../../accounts/password-recovery.ts";
import { assertSecretHash } from "../../accounts/secret-hash.ts";
import {
  confirmSignUp as confirm,
  signUp as register,
  resendConfirmationCode as resend,
} from "../../accounts/sign-up.ts";
import { attributesIn, detailsOf } from "../attributes.ts";
import { clientIn } from "../clients.ts";
import type { Context } from "../context.ts";
import { ApiException } from "../exceptions.ts";
import type { Attribute } from "../user-descriptions.ts";

/** What somebody may do who is not signed in; the client says for whom. */
interface ByName {
  ClientId: string;
  Username: string;
  SecretHash?: string;
}

export async function signUp(
  context: Context,
  input: ByName & { Password?: string; UserAttributes?: Attribute[] },
): Promise<object> {
  const client = provenClient(context, input);
  const { Username: username, Password: password } = input;
  if (password === undefined) {
    throw new ApiException(
      "InvalidParameterException",
      "Password is required: in this pool everybody signs in with one.",
    );
  }
  const attributes = attributesIn(input.UserAttributes);
  const given = { client, caller: context.caller, username, password, attributes };
  const { user, delivery } = await register(context.accounts, given);
  const isForUserAuth = client.authFlows.includes("ALLOW_USER_AUTH");
  return {
    UserConfirmed: user.status === "CONFIRMED",
    UserSub: user.sub,
    ...(delivery && { CodeDeliveryDetails: detailsOf(delivery) }),
    ...(isForUserAuth && {
      Session: context.sessions.issue(user, client, { challenge: "SIGNED_UP" }),
    }),
  };
}

export async function confirmSignUp(
  context: Context,
  input: ByName & { ConfirmationCode: string; ForceAliasCreation?: boolean; Session?: string },
): Promise<object> {
  const client = provenClient(context, input);
  const { sessions, accounts, caller } = context;
  const { Username: username, ConfirmationCode: code, Session } = input;
  const step = Session === undefined ? undefined : sessions.read(Session, client.clientId);
  const forceAliasCreation = input.ForceAliasCreation ?? false;
  const user = await confirm(accounts, { client, caller, username, code, forceAliasCreation });
  if (step?.challenge !== "SIGNED_UP" || step.sub !== user.sub) return {};
  sessions.spend(step);
  return { Session: sessions.issue(user, client, { challenge: "SIGNED_UP", isVerified: true }) };
}

export async function resendConfirmationCode(context: Context, input: ByName): Promise<object> {
  const client = provenClient(context, input);
  const { accounts, caller } = context;
  const delivery = await resend(accounts, { client, caller, username: input.Username });
  return { CodeDeliveryDetails: detailsOf(delivery) };
}

export async function forgotPassword(context: Context, input: ByName): Promise<object> {
  const client = provenClient(context, input);
  const { accounts, caller } = context;
  const { delivery } = await recover(accounts, { client, caller, username: input.Username });
  return { CodeDeliveryDetails: detailsOf(delivery) };
}

export async function confirmForgotPassword(
  context: Context,
  input: ByName & { ConfirmationCode: string; Password: string },
): Promise<object> {
  const client = provenClient(context, input);
  const { Username: username, ConfirmationCode: code, Password: password } = input;
  const { accounts, caller } = context;
  await completeRecovery(accounts, { client, caller, username, code, password });
  return {};
}

function provenClient({ pool }: Context, { ClientId, Username, SecretHash }: ByName) {
  const client = clientIn(pool, ClientId);
  assertSecretHash(client, Username, SecretHash);
  return client;
}
