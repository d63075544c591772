/** The triggers that are simulated, as LambdaConfig has them. */
export const triggerNames = [
  "PreSignUp",
  "PostConfirmation",
  "PreAuthentication",
  "PostAuthentication",
  "PreTokenGeneration",
  "CustomMessage",
  "UserMigration",
  "DefineAuthChallenge",
  "CreateAuthChallenge",
  "VerifyAuthChallengeResponse",
] as const;

export type TriggerName = (typeof triggerNames)[number];

/** Which events a PreTokenGeneration function is written for: `LambdaVersion` without its `_0`. */
export type EventVersion = "V1" | "V2" | "V3";

/** One member of LambdaConfig. */
export interface TriggerSettings {
  trigger: TriggerName;
  /** Of PreTokenGenerationConfig; that of PreTokenGeneration alone is V1. */
  version?: EventVersion;
  /** What the template calls the function: its logical id, or the last part of an ARN. */
  functionName: string;
  /** Where the function lies on this machine; undefined where it does not, and `whyNot` says so. */
  file?: string;
  /** What the file exports it as: `handler`, or deeper, `handlers.preSignUp`. */
  exportName?: string;
  /** Environment.Variables, as far as they are texts. */
  environment?: Record<string, string>;
  /** A sentence: its runtime is not Node, its file is not built, it is deployed elsewhere. */
  whyNot?: string;
}
