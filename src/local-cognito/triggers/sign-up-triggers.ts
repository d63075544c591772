import { z } from "zod";
import type { PoolSettings } from "../pool/pool-settings.ts";
import type { User } from "../users/user.ts";
import { readAnswer } from "./answers.ts";
import type { PostConfirmationEvent, PreSignUpEvent } from "./events.ts";
import type { Acting, Triggers } from "./trigger-call.ts";
import { unrecognizable } from "./trigger-failures.ts";
import { attributesForTriggers } from "./user-attributes.ts";

/** Where a pool's actions find its triggers; a pool without any has undefined. */
export interface HasTriggers {
  triggers?: Triggers | undefined;
  settings: PoolSettings;
}

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
  { triggers, settings }: HasTriggers,
  user: User,
  source: PostConfirmationEvent["triggerSource"],
  { client, caller }: Acting,
): Promise<void> {
  await triggers?.run({
    trigger: "PostConfirmation",
    source,
    userName: user.username,
    client,
    caller,
    parts: () => ({
      request: {
        userAttributes: attributesForTriggers(user, settings),
        clientMetadata: caller?.clientMetadata,
      },
      response: {},
    }),
  });
}
