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
export interface TriggerSettings extends FunctionSettings {
  trigger: TriggerName;
  /** Of PreTokenGenerationConfig; that of PreTokenGeneration alone is V1. */
  version?: EventVersion;
}

/** A Lambda function that a template names. */
export interface FunctionSettings {
  /** FunctionName, or else the function's logical id, or the last part of an ARN. */
  functionName: string;
  /** Where it lies on this machine. Or a sentence that says why it does not: its runtime is not Node, it is elsewhere. */
  code: FunctionCode | string;
  /** Environment.Variables, as far as they are texts. */
  environment?: Record<string, string>;
}

export interface FunctionCode {
  /** Where a build may have put it, the best place first; or the function itself. */
  places: FunctionPlace[] | InlineCode;
  /** What the file exports it as: `handler`, or deeper, `handlers.preSignUp`. */
  exportName: string;
}

export interface InlineCode {
  text: string;
  /** Of its template: packages are looked for from there on. */
  folder: string;
}

export interface FunctionPlace {
  file: string;
  /** What the function's own paths begin at; at Lambda, /var/task. */
  folder: string;
}
