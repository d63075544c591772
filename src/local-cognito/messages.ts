import type { AddOutcome } from "./user-directory.ts";

/** The words people see, as Cognito has them (AWS promises no stable texts, but these are the ones in the wild). */
export const messages = {
  incorrectUsernameOrPassword: "Incorrect username or password.",
  notConfirmed: "User is not confirmed.",
  disabled: "User is disabled.",
  passwordAttemptsExceeded: "Password attempts exceeded",
  codeMismatch: "Invalid verification code provided, please try again.",
  codeExpired: "Invalid code provided, please request a code again.",
  attemptLimitExceeded: "Attempt limit exceeded, please try after some time.",
  sessionExpired: "Invalid session for the user, session is expired.",
  temporaryPasswordExpired: "Temporary password has expired and must be reset by an administrator.",
  recoveryRefused: "Could not reset password for the account, please contact support or try again",
  userDoesNotExist: "User does not exist.",
  usernameExists: "User already exists",
  emailExists: "An account with the given email already exists.",
  poolFull: "This user pool is full. Delete users at /_local/users to make room.",
  usernameMissing: "Username cannot be empty.",
  usernameInvalid: "Username must be 1 to 128 characters, without spaces.",
  usernameLooksLikeEmail:
    "Username cannot be of email format, since user pool is configured for email alias.",
  emailMissing: "Attributes did not conform to the schema: email: The attribute is required",
  emailInvalid: "Invalid email address format.",
  passwordCannotBeReset: "User password cannot be reset in the current state.",
  noVerifiedAddress:
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
  temporaryPasswordMissing:
    "Give a temporary password or an email address: one that is made here is told by email only.",
  tooManyGroups: "A user can be in 100 groups at most.",
  groupInvalid: "A group name must be 1 to 128 characters, without spaces.",
  passwordsDiffer: "Passwords do not match.",
  passwordTooShort: "Password did not conform with policy: Password not long enough",
  passwordTooLong: "Password did not conform with policy: Password too long",
  passwordNeedsUpperCase:
    "Password did not conform with policy: Password must have uppercase characters",
  passwordNeedsLowerCase:
    "Password did not conform with policy: Password must have lowercase characters",
  passwordNeedsNumber:
    "Password did not conform with policy: Password must have numeric characters",
  passwordNeedsSymbol: "Password did not conform with policy: Password must have symbol characters",
} as const;

/** Why a user could not be added. */
export const addProblems: Record<Exclude<AddOutcome, "added">, string> = {
  "username-taken": messages.usernameExists,
  "email-taken": messages.emailExists,
  "pool-full": messages.poolFull,
};
