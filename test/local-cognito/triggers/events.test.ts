import type * as Lambda from "aws-lambda";
import { expect, expectTypeOf, test } from "vitest";
import { triggerNames } from "../../../src/local-cognito/pool/trigger-settings.ts";
import type * as Events from "../../../src/local-cognito/triggers/events.ts";

test("every event, and the context, is what AWS's own types say", () => {
  expectTypeOf<Events.PreSignUpEvent>().toExtend<Lambda.PreSignUpTriggerEvent>();
  expectTypeOf<Events.PostConfirmationEvent>().toExtend<Lambda.PostConfirmationTriggerEvent>();
  expectTypeOf<Events.PreAuthenticationEvent>().toExtend<Lambda.PreAuthenticationTriggerEvent>();
  expectTypeOf<Events.PostAuthenticationEvent>().toExtend<Lambda.PostAuthenticationTriggerEvent>();
  expectTypeOf<Events.PreTokenGenerationEvent>().toExtend<Lambda.PreTokenGenerationTriggerEvent>();
  expectTypeOf<Events.PreTokenGenerationV2Event>().toExtend<Lambda.PreTokenGenerationV2TriggerEvent>();
  expectTypeOf<
    Events.PreTokenGenerationV3Event & { triggerSource: "TokenGeneration_ClientCredentials" }
  >().toExtend<Lambda.PreTokenGenerationV3TriggerEvent>();
  expectTypeOf<Events.CustomMessageEvent>().toExtend<Lambda.CustomMessageTriggerEvent>();
  expectTypeOf<Events.UserMigrationEvent>().toExtend<Lambda.UserMigrationTriggerEvent>();
  expectTypeOf<Events.DefineAuthChallengeEvent>().toExtend<Lambda.DefineAuthChallengeTriggerEvent>();
  expectTypeOf<Events.CreateAuthChallengeEvent>().toExtend<Lambda.CreateAuthChallengeTriggerEvent>();
  expectTypeOf<Events.VerifyAuthChallengeResponseEvent>().toExtend<Lambda.VerifyAuthChallengeResponseTriggerEvent>();
  expectTypeOf<Events.LambdaContext>().toExtend<
    Omit<Lambda.Context, "clientContext" | "identity">
  >();
});

test("functions that are typed with AWS's events can be given as they are", () => {
  const handler = async <E>(event: E): Promise<E> => event;
  const functions = {
    PreSignUp: handler as Lambda.PreSignUpTriggerHandler,
    PostConfirmation: handler as Lambda.PostConfirmationTriggerHandler,
    PreAuthentication: handler as Lambda.PreAuthenticationTriggerHandler,
    PostAuthentication: handler as Lambda.PostAuthenticationTriggerHandler,
    PreTokenGeneration: handler as Lambda.PreTokenGenerationTriggerHandler,
    PreTokenGenerationV2: handler as Lambda.PreTokenGenerationV2TriggerHandler,
    PreTokenGenerationV3: handler as Lambda.PreTokenGenerationV3TriggerHandler,
    CustomMessage: handler as Lambda.CustomMessageTriggerHandler,
    UserMigration: handler as Lambda.UserMigrationTriggerHandler,
    DefineAuthChallenge: handler as Lambda.DefineAuthChallengeTriggerHandler,
    CreateAuthChallenge: handler as Lambda.CreateAuthChallengeTriggerHandler,
    VerifyAuthChallengeResponse: handler as Lambda.VerifyAuthChallengeResponseTriggerHandler,
  } satisfies Events.TriggerFunctions;
  expect(Object.keys(functions)).toEqual(expect.arrayContaining([...triggerNames]));
});
