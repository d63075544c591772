import { inEnglish, type Message } from "../messages.ts";
import type { AddOutcome } from "../users/user-directory.ts";
import { messages } from "./messages.ts";

export type ExceptionName =
  | "AliasExistsException"
  | "CodeMismatchException"
  | "EnableSoftwareTokenMFAException"
  | "ExpiredCodeException"
  | "GroupExistsException"
  | "InvalidParameterException"
  | "InvalidPasswordException"
  | "LimitExceededException"
  | "NotAuthorizedException"
  | "PasswordResetRequiredException"
  | "ResourceNotFoundException"
  | "SoftwareTokenMFANotFoundException"
  | "UnsupportedUserStateException"
  | "InvalidLambdaResponseException"
  | "UnexpectedLambdaException"
  | "UserLambdaValidationException"
  | "UserNotConfirmedException"
  | "UserNotFoundException"
  | "UsernameExistsException";

/**
 * Thrown where an action is refused, under the name that Cognito's API has for that. Pages say `problem` in the
 * language of their visitor; administrators and programs read `message`, in the English words of the API.
 */
export class CognitoException extends Error {
  readonly exception: ExceptionName;
  readonly problem: Message;
  /** For the developer, where the words of the API do not say enough. */
  reason?: string;

  constructor(exception: ExceptionName, problem: Message, message = inEnglish(problem)) {
    super(message);
    this.exception = exception;
    this.problem = problem;
  }
}

/** The same refusal with more for the developer: why it was made, without a word of what was typed. */
export function because(reason: string, error: CognitoException): CognitoException {
  error.reason = reason;
  return error;
}

/** A refusal that no visitor of a page comes to read. */
export function refusal(exception: ExceptionName, english: string): CognitoException {
  return new CognitoException(exception, { english });
}

export function notAuthorized(problem: Message): CognitoException {
  return new CognitoException("NotAuthorizedException", problem);
}

export function invalidParameter(problem: Message): CognitoException {
  return new CognitoException("InvalidParameterException", problem);
}

/** Throws where there is a problem with what was given. */
export function assertValid(problem: Message | undefined): void {
  if (problem !== undefined) throw invalidParameter(problem);
}

export function attemptLimitExceeded(): CognitoException {
  return new CognitoException("LimitExceededException", "attemptLimitExceeded");
}

export function userNotFound(): CognitoException {
  return new CognitoException("UserNotFoundException", "userDoesNotExist");
}

/** For the actions that anybody may call with a name. */
export function nameNotFound(): CognitoException {
  return new CognitoException("UserNotFoundException", "userDoesNotExist", messages.nameNotFound);
}

export function aliasExists(): CognitoException {
  return new CognitoException("AliasExistsException", "emailExists");
}

/** Throws unless the user is in the pool now; an address that is the name is taken as names are. */
export function assertAdded(outcome: AddOutcome, isAddressTheName: boolean): void {
  switch (outcome) {
    case "username-taken":
      throw new CognitoException("UsernameExistsException", "usernameExists");
    case "email-taken":
      if (!isAddressTheName) throw aliasExists();
      throw new CognitoException("UsernameExistsException", "emailExists");
    case "pool-full":
      throw new CognitoException("LimitExceededException", "poolFull");
  }
}
