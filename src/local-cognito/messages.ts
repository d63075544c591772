/** The words people see, as Cognito has them (AWS promises no stable texts, but these are the ones in the wild). */
export const messages = {
  incorrectUsernameOrPassword: "Incorrect username or password.",
  notConfirmed: "User is not confirmed.",
  disabled: "User is disabled.",
  passwordAttemptsExceeded: "Password attempts exceeded",
  codeMismatch: "Invalid verification code provided, please try again.",
  codeExpired: "Invalid code provided, please request a code again.",
  attemptLimitExceeded: "Attempt limit exceeded, please try after some time.",
  usernameExists: "User already exists",
  emailExists: "An account with the given email already exists.",
  usernameMissing: "Username cannot be empty.",
  usernameInvalid: "Username must be 1 to 128 characters, without spaces.",
  usernameLooksLikeEmail:
    "Username cannot be of email format, since user pool is configured for email alias.",
  emailMissing: "Attributes did not conform to the schema: email: The attribute is required",
  emailInvalid: "Invalid email address format.",
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
