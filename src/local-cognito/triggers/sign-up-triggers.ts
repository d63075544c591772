import { z } from "zod";
import type { User } from "../users/user.ts";
import { readAnswer, unrecognizable } from "./answers.ts";
import type { PostConfirmationEvent, PreSignUpEvent } from "./events.ts";
import type { Acting, HasTriggers } from "./trigger-call.ts";
import { runForUser } from "./user-call.ts";

export interface NewUser extends Acting {
  source: PreSignUpEvent["triggerSource"];
  username: string;
  /** Those that were given, and nothing else: there is no user yet. */
  attributes: Record<string, string>;
}

export interface SignUpDecision {
  autoConfirmUser: boolean;
  autoVerifyEmail: boolean;
  autoVerifyPhone: boolean;
}

const flag = z.boolean().nullish().transform(Boolean);
const decisionShape = z.object({
  autoConfirmUser: flag,
  autoVerifyEmail: flag,
  autoVerifyPhone: flag,
});
const undecided = { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false };

/** PreSignUp, before there is a user: whether one may be, and what of them is confirmed at once. */
export async function preSignUp(
  { triggers }: HasTriggers,
  { source, username, attributes, client, caller }: NewUser,
): Promise<SignUpDecision> {
  const answer = await triggers?.run({
    trigger: "PreSignUp",
    source,
    userName: username,
    client,
    caller,
    parts: () => ({
      request: {
        userAttributes: attributes,
        validationData: caller?.validationData ?? null,
        clientMetadata: caller?.clientMetadata,
      },
      response: undecided,
    }),
  });
  if (!answer) return undecided;
  const decision = readAnswer("PreSignUp", answer, decisionShape);
  if (source === "PreSignUp_AdminCreateUser") return undecided;
  assertHas("email", decision.autoVerifyEmail, attributes);
  assertHas("phone_number", decision.autoVerifyPhone, attributes);
  return decision;
}

function assertHas(name: string, isNeeded: boolean, attributes: Record<string, string>): void {
  if (!isNeeded || attributes[name]) return;
  throw unrecognizable("PreSignUp", `It verifies ${name}, which the new user does not have.`);
}

/** PostConfirmation, after the change, which stays even where this throws. */
export async function postConfirmation(
  pool: HasTriggers,
  user: User,
  source: PostConfirmationEvent["triggerSource"],
  { client, caller }: Acting,
): Promise<void> {
  await runForUser(pool, user, { trigger: "PostConfirmation", source, client, caller });
}
