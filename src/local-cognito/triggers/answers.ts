import type { z } from "zod";
import type { TriggerName } from "../pool/trigger-settings.ts";
import type { TriggerAnswer } from "./trigger-call.ts";
import { unrecognizable } from "./trigger-failures.ts";

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
