import { spendCode } from "../../accounts/authenticator-app.ts";
import { missingAttributes, newPassword } from "../../accounts/new-password.ts";
import type { AppClient } from "../../pool/clients.ts";
import type { User } from "../../users/user.ts";
import type { Context } from "../context.ts";
import { ApiException } from "../exceptions.ts";
import { attributesOf } from "../user-descriptions.ts";
import { type AuthStep, notAuthorized } from "./auth-sessions.ts";
import { afterFirstFactor } from "./next-challenge.ts";
import { type Parameters, parameter } from "./parameters.ts";
import { signIn } from "./tokens.ts";

/** An answer to a challenge: by whom, and what their session stands for. */
export interface Answer {
  user: User;
  step: AuthStep & { id: string };
  responses: Parameters;
}

type Answering = (context: Context, client: AppClient, answer: Answer) => Promise<object>;

/** What an answer to each challenge brings; a wrong one leaves the session as it is. */
export const answers: Record<string, Answering> = {
  async NEW_PASSWORD_REQUIRED(context, client, { user, step, responses }) {
    const password = parameter(responses, "NEW_PASSWORD");
    const attributes = attributesIn(responses);
    assertNew(attributes, user);
    const missing = missingAttributes(context.accounts, user).find((name) => !attributes[name]);
    if (missing) {
      throw new ApiException(
        "InvalidParameterException",
        `Invalid attributes given, ${missing} is missing`,
      );
    }
    const confirmed = await newPassword(context.accounts, user, { password, attributes });
    context.sessions.spend(step);
    const source = "TokenGeneration_NewPasswordChallenge";
    return afterFirstFactor(context, client, confirmed, source);
  },

  async SOFTWARE_TOKEN_MFA(context, client, { user, step, responses }) {
    const code = parameter(responses, "SOFTWARE_TOKEN_MFA_CODE");
    await spendCode(context.accounts, user, code);
    context.sessions.spend(step);
    return signIn(context, client, user);
  },

  async MFA_SETUP(context, client, { user, step }) {
    if (!step.isVerified) {
      throw notAuthorized(
        "Invalid session for the user.",
        "No second factor has been set up: AssociateSoftwareToken and VerifySoftwareToken come first, and the Session of the last goes here.",
      );
    }
    context.sessions.spend(step);
    return signIn(context, client, user);
  },
};

const prefix = "userAttributes.";

function attributesIn(responses: Parameters): Record<string, string> {
  const given = Object.entries(responses).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(given.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** An address that is there already is not even to be sent again; of others the same value does no harm. */
function assertNew(attributes: Record<string, string>, user: User): void {
  for (const { Name, Value } of attributesOf(user)) {
    const isAddress = /^(email|phone_number)(_verified)?$/.test(Name);
    const given = Object.hasOwn(attributes, Name) ? attributes[Name] : undefined;
    if (given === undefined || (!isAddress && given === Value)) continue;
    throw notAuthorized(`Cannot modify an already provided ${Name}`);
  }
}
