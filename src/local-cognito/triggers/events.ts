import type { TriggerName } from "../pool/trigger-settings.ts";

type Texts = Record<string, string>;

/** What every trigger's event has; the function gives the whole of it back, with `response` filled in. */
export interface TriggerEvent<
  Source extends string,
  Asked extends object,
  Answered extends object,
> {
  version: string;
  triggerSource: Source;
  region: string;
  userPoolId: string;
  userName: string;
  callerContext: { awsSdkVersion: string; clientId: string };
  request: Asked;
  response: Answered;
}

interface OfUser {
  userAttributes: Texts;
  clientMetadata?: Texts;
}

export type PreSignUpEvent = TriggerEvent<
  "PreSignUp_SignUp" | "PreSignUp_AdminCreateUser" | "PreSignUp_ExternalProvider",
  OfUser & { validationData?: Texts },
  { autoConfirmUser: boolean; autoVerifyEmail: boolean; autoVerifyPhone: boolean }
>;

export type PostConfirmationEvent = TriggerEvent<
  "PostConfirmation_ConfirmSignUp" | "PostConfirmation_ConfirmForgotPassword",
  OfUser,
  object
>;

export type PreAuthenticationEvent = TriggerEvent<
  "PreAuthentication_Authentication",
  OfUser & { validationData?: Texts; userNotFound?: boolean },
  object
>;

export type PostAuthenticationEvent = TriggerEvent<
  "PostAuthentication_Authentication",
  OfUser & { newDeviceUsed: boolean },
  object
>;

export type TokenSource =
  | "TokenGeneration_HostedAuth"
  | "TokenGeneration_Authentication"
  | "TokenGeneration_NewPasswordChallenge"
  | "TokenGeneration_AuthenticateDevice"
  | "TokenGeneration_RefreshTokens";

export interface GroupConfiguration {
  groupsToOverride?: string[];
  iamRolesToOverride?: string[];
  preferredRole?: string;
}

type TokenRequest = OfUser & { groupConfiguration: GroupConfiguration };

export type PreTokenGenerationEvent = TriggerEvent<
  TokenSource,
  TokenRequest,
  {
    claimsOverrideDetails: {
      claimsToAddOrOverride?: Texts;
      claimsToSuppress?: string[];
      groupOverrideDetails?: GroupConfiguration;
    };
  }
>;

/** AWS's own types know texts alone as values, and its functions give numbers, booleans, lists and objects as well. */
export interface ClaimChanges {
  claimsToAddOrOverride?: Texts;
  claimsToSuppress?: string[];
}

interface ClaimsAndScopes {
  claimsAndScopeOverrideDetails: {
    idTokenGeneration?: ClaimChanges;
    accessTokenGeneration?: ClaimChanges & { scopesToAdd?: string[]; scopesToSuppress?: string[] };
    groupOverrideDetails?: GroupConfiguration;
  };
}

export type PreTokenGenerationV2Event = TriggerEvent<
  TokenSource,
  TokenRequest & { scopes?: string[] },
  ClaimsAndScopes
>;

export type PreTokenGenerationV3Event = TriggerEvent<
  TokenSource | "TokenGeneration_ClientCredentials",
  TokenRequest & { scopes?: string[] },
  ClaimsAndScopes
> & { version: "3" };

export type MessageSource =
  | "CustomMessage_SignUp"
  | "CustomMessage_AdminCreateUser"
  | "CustomMessage_ResendCode"
  | "CustomMessage_ForgotPassword"
  | "CustomMessage_UpdateUserAttribute"
  | "CustomMessage_VerifyUserAttribute"
  | "CustomMessage_Authentication";

export type CustomMessageEvent = TriggerEvent<
  MessageSource,
  OfUser & { codeParameter: string; linkParameter: string; usernameParameter: string | null },
  { smsMessage: string | null; emailMessage: string | null; emailSubject: string | null }
>;

export type UserMigrationEvent = TriggerEvent<
  "UserMigration_Authentication" | "UserMigration_ForgotPassword",
  { password: string; validationData?: Texts; clientMetadata?: Texts },
  {
    userAttributes: Texts;
    finalUserStatus?: "CONFIRMED" | "RESET_REQUIRED";
    messageAction?: "RESEND" | "SUPPRESS";
    desiredDeliveryMediums: ("SMS" | "EMAIL")[];
    forceAliasCreation?: boolean;
    enableSMSMFA?: boolean;
  }
>;

/** One step of a sign-in that DefineAuthChallenge directs. */
export type ChallengeResult =
  | { challengeName: "SRP_A" | "PASSWORD_VERIFIER"; challengeResult: boolean }
  | { challengeName: "CUSTOM_CHALLENGE"; challengeResult: boolean; challengeMetadata?: string };

type OfChallenge = OfUser & { userNotFound?: boolean };

export type DefineAuthChallengeEvent = TriggerEvent<
  "DefineAuthChallenge_Authentication",
  OfChallenge & { session: ChallengeResult[] },
  { challengeName?: string; issueTokens: boolean; failAuthentication: boolean }
>;

export type CreateAuthChallengeEvent = TriggerEvent<
  "CreateAuthChallenge_Authentication",
  OfChallenge & { challengeName: string; session: ChallengeResult[] },
  { publicChallengeParameters: Texts; privateChallengeParameters: Texts; challengeMetadata: string }
>;

export type VerifyAuthChallengeResponseEvent = TriggerEvent<
  "VerifyAuthChallengeResponse_Authentication",
  OfChallenge & { privateChallengeParameters: Texts; challengeAnswer: string },
  { answerCorrect: boolean }
>;

interface EventsByTrigger extends Record<TriggerName, object> {
  PreSignUp: PreSignUpEvent;
  PostConfirmation: PostConfirmationEvent;
  PreAuthentication: PreAuthenticationEvent;
  PostAuthentication: PostAuthenticationEvent;
  PreTokenGeneration: PreTokenGenerationEvent;
  PreTokenGenerationV1: PreTokenGenerationEvent;
  PreTokenGenerationV2: PreTokenGenerationV2Event;
  PreTokenGenerationV3: PreTokenGenerationV3Event;
  CustomMessage: CustomMessageEvent;
  UserMigration: UserMigrationEvent;
  DefineAuthChallenge: DefineAuthChallengeEvent;
  CreateAuthChallenge: CreateAuthChallengeEvent;
  VerifyAuthChallengeResponse: VerifyAuthChallengeResponseEvent;
}

/** Lambda's context, as far as a trigger has one. */
export interface LambdaContext {
  callbackWaitsForEmptyEventLoop: boolean;
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  awsRequestId: string;
  logGroupName: string;
  logStreamName: string;
  getRemainingTimeInMillis(): number;
  done(error?: Error, result?: unknown): void;
  fail(error: Error | string): void;
  succeed(result: unknown): void;
}

type Callback = (error?: Error | string | null, result?: unknown) => void;

/** A method, so that a function typed with part of an event's sources will do: AWS's types lack some of the third version. */
type Handler<Event> = {
  handle(event: Event, context: LambdaContext, callback: Callback): unknown;
}["handle"];

/** A function for each trigger that the pool has, named as LambdaConfig or CDK does: `PreSignUp` or `preSignUp`. */
export type TriggerFunctions = {
  [Name in keyof EventsByTrigger as Name | Uncapitalize<Name>]?: Handler<EventsByTrigger[Name]>;
};
