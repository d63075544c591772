import type { z } from "zod";
import { CognitoException } from "../accounts/exceptions.ts";
import type { TriggerName } from "../pool/trigger-settings.ts";
import type { LambdaError } from "./lambda/lambda-error.ts";
import type { TriggerAnswer } from "./trigger-call.ts";

/** The response of a function, if it has the members that Cognito reads; throws CognitoException for one of another kind. */
export function readAnswer<Shape extends z.ZodType>(
  trigger: TriggerName,
  { response }: TriggerAnswer,
  shape: Shape,
): z.output<Shape> {
  const read = shape.safeParse(response);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw unrecognizable(trigger, `response.${issue?.path.join(".")}: ${issue?.message}.`);
}

/** The function threw: its message, and always one more full stop. */
export function validationFailed(trigger: TriggerName, { errorMessage }: LambdaError) {
  const message = `${trigger} failed with error ${errorMessage}.`;
  return failure("UserLambdaValidationException", message, `${trigger} refused: ${errorMessage}`);
}

/** The function did not answer in time, or cannot run at all. */
export function invocationFailed(trigger: TriggerName, error: string, reason: string) {
  const message = `${trigger} invocation failed due to error ${error}.`;
  return failure("UnexpectedLambdaException", message, reason);
}

/** The function answered with something that is not its event, or has a member of the wrong kind. */
export function unrecognizable(trigger: TriggerName, reason: string) {
  const message = "Unrecognizable lambda output";
  return failure("InvalidLambdaResponseException", message, `${trigger}: ${reason}`);
}

function failure(
  exception:
    | "UserLambdaValidationException"
    | "UnexpectedLambdaException"
    | "InvalidLambdaResponseException",
  message: string,
  reason: string,
): CognitoException {
  const error = new CognitoException(exception, { english: message });
  error.reason = reason;
  return error;
}
