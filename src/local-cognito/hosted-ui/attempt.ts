import type { Response } from "express";
import { CognitoException } from "../accounts/exceptions.ts";
import type { Refusal } from "../errors.ts";
import type { Message } from "../messages.ts";
import { noteRefusal } from "../noted-refusal.ts";

type Attempt<Result> =
  | { result: Result; problem?: undefined }
  | { result?: undefined; problem: Message };

/** Carries out an action for a visitor. Where it is refused, the log has the reason, and the page says the problem. */
export async function attempt<Result>(
  res: Response,
  action: () => Result | Promise<Result>,
): Promise<Attempt<Result>> {
  try {
    return { result: await action() };
  } catch (error) {
    if (!(error instanceof CognitoException)) throw error;
    noteRefusal(res, refusalIn(error));
    return { problem: error.problem };
  }
}

export function refusalIn({ exception, message, reason = message }: CognitoException): Refusal {
  return { error: exception, reason };
}
