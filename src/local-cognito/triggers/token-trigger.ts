import { z } from "zod";
import type { AppClient } from "../pool/clients.ts";
import type { EventVersion } from "../pool/trigger-settings.ts";
import type { User } from "../users/user.ts";
import { readAnswer } from "./answers.ts";
import type { GroupConfiguration, PreTokenGenerationV3Event } from "./events.ts";
import type { Caller, EventParts, HasTriggers, TriggerAnswer } from "./trigger-call.ts";
import { attributesForTriggers } from "./user-call.ts";

export type TokenSource = PreTokenGenerationV3Event["triggerSource"];

/** What the function changes of tokens that are about to be issued. */
export interface TokenChanges {
  id: ClaimChanges;
  access: ClaimChanges;
  scopesToAdd: string[];
  scopesToSuppress: string[];
  /** In place of the user's groups and roles; undefined where they stay. */
  groups:
    | {
        groupsToOverride: string[];
        iamRolesToOverride: string[];
        preferredRole: string | undefined;
      }
    | undefined;
}

export interface ClaimChanges {
  add: Record<string, unknown>;
  suppress: string[];
}

export interface TokensToIssue {
  source: TokenSource;
  client: AppClient;
  scopes: string[];
  /** What of the user's groups the tokens would have. */
  groups: GroupConfiguration;
  caller?: Caller | undefined;
}

/** PreTokenGeneration, each time that tokens are issued to a user; undefined where nothing changes. */
export async function preTokenGeneration(
  { triggers, settings }: HasTriggers,
  user: User,
  { source, client, scopes, groups, caller }: TokensToIssue,
): Promise<TokenChanges | undefined> {
  const userAttributes = attributesForTriggers(user, settings);
  const isMfaOn = String(user.authenticatorApp !== undefined && settings.mfa !== "OFF");
  const request = {
    userAttributes: { ...userAttributes, "cognito:mfa_enabled": isMfaOn },
    groupConfiguration: groups,
    clientMetadata: caller?.clientMetadata,
  };
  const answer = await triggers?.run({
    trigger: "PreTokenGeneration",
    source,
    userName: user.username,
    client,
    caller,
    parts: (version) => partsOf(version, request, scopes),
  });
  return answer && changesIn(answer);
}

/** The same for a machine, which is no user: only functions of the third version are called for it. */
export async function preTokenGenerationForMachine(
  { triggers }: HasTriggers,
  { client, scopes, caller }: Pick<TokensToIssue, "client" | "scopes" | "caller">,
): Promise<TokenChanges | undefined> {
  const request = {
    userAttributes: {},
    groupConfiguration: {},
    clientMetadata: caller?.clientMetadata,
  };
  const answer = await triggers?.run({
    trigger: "PreTokenGeneration",
    source: "TokenGeneration_ClientCredentials",
    userName: client.clientId,
    client,
    caller,
    parts: (version) => (version === "V3" ? partsOf(version, request, scopes) : undefined),
  });
  return answer && changesIn(answer);
}

function partsOf(version: EventVersion, request: object, scopes: string[]): EventParts {
  if (version === "V1") return { request, response: { claimsOverrideDetails: null } };
  return { request: { ...request, scopes }, response: { claimsAndScopeOverrideDetails: null } };
}

const names = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

/** Left out, groups stay as they are; null takes all of them away. */
const groupsShape = z
  .object({
    groupsToOverride: names,
    iamRolesToOverride: names,
    preferredRole: z.string().nullish(),
  })
  .nullable()
  .optional();

/** Cognito reads the values of the first version as texts, and refuses what has parts. */
const textShape = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const firstShape = z.object({
  claimsOverrideDetails: z
    .object({
      claimsToAddOrOverride: z.record(z.string(), textShape).nullish(),
      claimsToSuppress: names,
      groupOverrideDetails: groupsShape,
    })
    .nullish(),
});

const claimsShape = {
  claimsToAddOrOverride: z.record(z.string(), z.unknown()).nullish(),
  claimsToSuppress: names,
};

const laterShape = z.object({
  claimsAndScopeOverrideDetails: z
    .object({
      idTokenGeneration: z.object(claimsShape).nullish(),
      accessTokenGeneration: z
        .object({ ...claimsShape, scopesToAdd: names, scopesToSuppress: names })
        .nullish(),
      groupOverrideDetails: groupsShape,
    })
    .nullish(),
});

function changesIn(answer: TriggerAnswer): TokenChanges {
  if (answer.version === "V1") {
    const { claimsOverrideDetails: details } = readAnswer("PreTokenGeneration", answer, firstShape);
    const groups = groupsIn(details?.groupOverrideDetails);
    return { id: claimsIn(details), access: claimsIn(undefined), ...noScopes, groups };
  }
  const response = readAnswer("PreTokenGeneration", answer, laterShape);
  const details = response.claimsAndScopeOverrideDetails;
  const access = details?.accessTokenGeneration;
  return {
    id: claimsIn(details?.idTokenGeneration),
    access: claimsIn(access),
    scopesToAdd: access?.scopesToAdd ?? [],
    scopesToSuppress: access?.scopesToSuppress ?? [],
    groups: groupsIn(details?.groupOverrideDetails),
  };
}

const noScopes = { scopesToAdd: [], scopesToSuppress: [] };

type Claims = { claimsToAddOrOverride?: object | null | undefined; claimsToSuppress: string[] };

function claimsIn(claims: Claims | null | undefined): ClaimChanges {
  return { add: { ...claims?.claimsToAddOrOverride }, suppress: claims?.claimsToSuppress ?? [] };
}

function groupsIn(groups: z.output<typeof groupsShape>): TokenChanges["groups"] {
  if (groups === undefined) return undefined;
  return {
    groupsToOverride: groups?.groupsToOverride ?? [],
    iamRolesToOverride: groups?.iamRolesToOverride ?? [],
    preferredRole: groups?.preferredRole ?? undefined,
  };
}
