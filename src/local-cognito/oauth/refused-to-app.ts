import { CognitoException } from "../accounts/exceptions.ts";
import { assumptions } from "../assumptions.ts";
import { type Answerable, errorResponse } from "./authorization-response.ts";

/** Does it; where Cognito refuses, the browser takes the refusal back to the app, in the words of the API. */
export async function refusedToApp<Result>(
  request: Answerable,
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (thrown) {
    if (!(thrown instanceof CognitoException)) throw thrown;
    const { message: description, reason = description } = thrown;
    const error = assumptions.providerFailureErrorCode;
    throw errorResponse(request, { error, description, reason });
  }
}
