import { z } from "zod";
import type { AppClient } from "../pool/clients.ts";
import { readAnswer, unrecognizable } from "./answers.ts";
import type { UserMigrationEvent } from "./events.ts";
import type { Caller, HasTriggers } from "./trigger-call.ts";

/** Somebody whom another directory knows. */
export interface MigratedUser {
  attributes: Record<string, string>;
  /** Undefined: a password has to be chosen before the first sign-in. */
  finalUserStatus: "CONFIRMED" | "RESET_REQUIRED" | undefined;
  isMessageSuppressed: boolean;
  forceAliasCreation: boolean;
}

export interface Unknown {
  source: UserMigrationEvent["triggerSource"];
  /** What was typed. */
  username: string;
  password?: string;
  client: AppClient;
  caller?: Caller | undefined;
}

const text = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const migratedShape = z.object({
  userAttributes: z.record(z.string(), text).nullish(),
  finalUserStatus: z.enum(["CONFIRMED", "RESET_REQUIRED"]).nullish(),
  messageAction: z.enum(["RESEND", "SUPPRESS"]).nullish(),
  forceAliasCreation: z.boolean().nullish(),
});

/** UserMigration, for a name that the pool does not have; undefined without a function. Throws where that knows nobody. */
export async function userMigration(
  { triggers }: HasTriggers,
  { source, username, password, client, caller }: Unknown,
): Promise<MigratedUser | undefined> {
  const answer = await triggers?.run({
    trigger: "UserMigration",
    source,
    userName: username,
    client,
    caller,
    parts: () => ({
      request: {
        ...(password !== undefined && { password }),
        validationData: caller?.validationData ?? null,
        clientMetadata: caller?.clientMetadata,
      },
      response: {
        userAttributes: null,
        forceAliasCreation: null,
        enableSMSMFA: null,
        finalUserStatus: null,
        messageAction: null,
        desiredDeliveryMediums: null,
      },
    }),
  });
  if (!answer) return undefined;
  const migrated = readAnswer("UserMigration", answer, migratedShape);
  if (!migrated.userAttributes || Object.keys(migrated.userAttributes).length === 0) {
    throw unrecognizable("UserMigration", "response.userAttributes has to name the user's.");
  }
  return {
    attributes: migrated.userAttributes,
    finalUserStatus: migrated.finalUserStatus ?? undefined,
    isMessageSuppressed: migrated.messageAction === "SUPPRESS",
    forceAliasCreation: migrated.forceAliasCreation ?? false,
  };
}
