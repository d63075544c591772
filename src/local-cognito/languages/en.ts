/**
 * Every word of the hosted pages. The compiler and a test hold the other languages to the same keys, {places} for
 * values and number of [links]. What Cognito says too is said in the words seen in the wild.
 */
export const en = {
  // On every page.
  skipToContent: "Skip to content",
  banner: "Local Cognito: a look-alike on this machine, for development. Nothing is sent anywhere.",
  bannerPool: "About this pool",
  bannerInbox: "Inbox",
  bannerUsers: "Users",
  bannerRequests: "Requests",
  backToApp: "Back to the app",
  backToPage: "Back to the page that you came from",
  mailIsInInbox: "Nothing leaves this machine: the email is in the [local inbox].",
  backToSignIn: "[Back to sign in]",

  // What fields ask for.
  username: "Username",
  usernameHint: "Your user name, or your email address.",
  email: "Email",
  password: "Password",
  newPassword: "New password",
  newPasswordAgain: "New password again",
  passwordHint: "At least {minimum} characters, with {classes}.",
  passwordHintLength: "At least {minimum} characters.",
  upperCaseLetters: "upper-case letters",
  lowerCaseLetters: "lower-case letters",
  numbers: "numbers",
  symbols: "symbols",
  verificationCode: "Verification code",

  // Attributes that the pool requires.
  address: "Address",
  birthdate: "Date of birth",
  familyName: "Family name",
  gender: "Gender",
  givenName: "Given name",
  locale: "Locale",
  middleName: "Middle name",
  nickname: "Nickname",
  phoneNumber: "Phone number",
  phoneNumberHint: "With + and the country code, digits only.",
  mayStayEmpty: "You may leave this empty.",
  picture: "Address of a picture",
  preferredUsername: "Preferred username",
  profile: "Address of a profile page",
  updatedAt: "Updated at",
  website: "Website",
  zoneinfo: "Time zone",

  // /login
  signIn: "Sign in",
  signInWithUsername: "Sign in with your username and password",
  signInWithEmail: "Sign in with your email and password",
  signInWithProvider: "Sign in with a provider",
  signInToAccount: "Sign in to your account",
  next: "Next",
  or: "or",
  newUser: "New user? [Create an account]",
  enterUsername: "Enter your username",
  enterPassword: "Enter your password",
  enterYourPassword: "Enter your password",
  enterCode: "Enter the code",
  signedInAlready: "You are signed in here already.",
  signInAs: "Sign in as {username}",
  orSomebodyElse: "Or sign in as somebody else:",
  forgotPasswordLink: "Forgot your password?",
  needAccount: "Need an account? [Sign up]",

  // The buttons of /login, and the stand-ins for providers
  continueWith: "Continue with {provider}",
  providerBanner:
    "A stand-in for {provider}, made by Local Cognito for development. {provider} is not asked.",
  providerHeading: "Sign in with {provider}",
  providerExplanation:
    "An app wants to know who you are. Whatever you say here, {provider} would have said of you.",
  chooseAccount: "Who has been here before",
  someoneElse: "Somebody else",
  fullName: "Name",
  postalCode: "Postal code",
  addressIsVerified: "The address is verified",
  continueSignIn: "Continue",
  refuseConsent: "Cancel",
  nameMissing: "Name cannot be empty.",
  providerAnswerUnknown:
    "This sign-in was not begun in this browser, or it took longer than five minutes. Begin again at the app.",

  // /signup
  signUp: "Sign up",
  signUpNew: "Sign up with a new account",
  haveAccount: "Have an account already? [Sign in]",

  // /confirm
  confirmHeading: "Confirm your account",
  codeSent: "We have sent a code by email to {destination}. Only the newest code works.",
  codeSentAt:
    "We have sent a code by email to {destination} at {time}. Only the newest code works.",
  linkSent:
    "We have sent a link by email to {destination}. Open it, and come back here. Only the newest link works.",
  linkOpened: "I have opened the link",
  noLink: "Didn’t get a link?",
  confirmAccount: "Confirm account",
  noCode: "Didn’t get a code?",
  resendCode: "Resend it",
  anotherAccount: "Another account? [Sign in] or [sign up].",

  // /confirmUser
  registrationConfirmed: "Your registration has been confirmed!",
  confirmedGoOn: "Go back to the app, and sign in.",
  linkNotTaken: "Sign in at the app: it tells you whether you need a new link.",

  // /forgotPassword and /confirmForgotPassword
  forgotPasswordHeading: "Forgot your password?",
  forgotPasswordExplanation:
    "Tell us who you are, and we send a code by email with which you can choose a new password.",
  sendCode: "Send me a code",
  newPasswordHeading: "Choose a new password",
  recoveryCodeSent:
    "If this account exists, a code is on its way by email to {destination}. It works for an hour, and only the newest one does.",
  changePassword: "Change password",
  passwordChanged: "Your password is changed. Sign in with the new one.",
  noCodeAskAgain: "Didn’t get a code? [Ask for another]",

  // /changePassword
  ownPasswordHeading: "Choose your own password",
  welcome: "Welcome, {username}. The password that you were given is good for this once.",

  // What can be wrong with what was typed.
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
  usernameExists: "User already exists",
  emailExists: "An account with the given email already exists.",
  poolFull: "This user pool is full. Delete users at /_local/users to make room.",
  usernameMissing: "Username cannot be empty.",
  usernameInvalid: "Username must be 1 to 128 characters, without spaces.",
  whiteSpaceIn: "{name} cannot contain white space ({code}).",
  invisibleIn:
    "{name} contains a character that nobody sees ({code}). Type it anew instead of pasting it.",
  fullWidthIn: "{name} contains the full-width character {character}. Switch your keyboard over.",
  usernameLooksLikeEmail:
    "Username cannot be of email format, since user pool is configured for email alias.",
  attributeRequired: "Attributes did not conform to the schema: {name}: The attribute is required",
  attributeUnknown:
    "Attributes did not conform to the schema: Type for attribute {{name}} could not be determined",
  attributeTooShort:
    "Attributes did not conform to the schema: {name}: String must be no shorter than {minimum} characters",
  attributeTooLong:
    "Attributes did not conform to the schema: {name}: String must be no longer than {maximum} characters",
  attributeTooSmall:
    "Attributes did not conform to the schema: {name}: Number must be no less than {minimum}",
  attributeTooLarge:
    "Attributes did not conform to the schema: {name}: Number must be no greater than {maximum}",
  attributeNoNumber: "Attributes did not conform to the schema: {name}: Not a number",
  attributeNoBoolean: "Attributes did not conform to the schema: {name}: Not true or false",
  attributeNoDate: "Attributes did not conform to the schema: {name}: Not a date as in 1984-05-31",
  emailInvalid: "Invalid email address format.",
  phoneNumberInvalid: "Invalid phone number format.",
  userDoesNotExist: "User does not exist.",
  signUpRefused: "Sign-up is closed",
  signUpRefusedExplanation: "SignUp is not permitted for this user pool",
  passwordsDiffer: "Passwords do not match.",
  passwordTooShort: "Password did not conform with policy: Password not long enough",
  passwordTooLong: "Password did not conform with policy: Password too long",
  passwordHasBlankEnds:
    "Password did not conform with policy: Password must not begin or end with a space",
  passwordHasFullWidth:
    "Password did not conform with policy: Full-width characters are none of the letters, numbers and symbols that count",
  passwordNeedsUpperCase:
    "Password did not conform with policy: Password must have uppercase characters",
  passwordNeedsLowerCase:
    "Password did not conform with policy: Password must have lowercase characters",
  passwordNeedsNumber:
    "Password did not conform with policy: Password must have numeric characters",
  passwordNeedsSymbol: "Password did not conform with policy: Password must have symbol characters",

  // /mfa and /mfaSetup
  mfaHeading: "Enter a code",
  mfaExplanation: "Your authenticator app shows it: six digits, new ones every 30 seconds.",
  mfaCode: "Code",
  mfaSetupHeading: "Set up an authenticator app",
  mfaSetupScan:
    "From now on signing in takes a code as well, which an app on your telephone shows. Scan this with the app:",
  qrCode: "QR code for the authenticator app. The secret key below says the same.",
  secretKey: "Secret key",
  secretKeyHint: "Where the app cannot scan, type this into it.",
  mfaSetupCodeHint: "The six digits that the app shows now.",
  deviceName: "Device name",
  deviceNameHint: "Optional: what you call this telephone.",
  finishMfaSetup: "Finish and sign in",
  totpMismatch: "Invalid code received for user",
  totpMismatchAtSetUp: "Code mismatch",
  totpUsed: "Your software token has already been used once.",

  // The error page.
  errorHeading: "An error was encountered with the requested page.",
  redirectMismatch:
    "redirect_mismatch: the address to return to is not, letter by letter, one that is registered for the app client.",
  noWayIn:
    "This app client names no identity provider (SupportedIdentityProviders), so there is no way in on these pages.",
  recoveryOff: "Passwords are reset by administrators here",
  recoveryOffExplanation:
    "Nobody can recover a password in this pool alone. Ask an administrator to reset yours.",
  beyondThisMachine:
    "The address to return to is registered for the app client, but it is not on this machine. Local Cognito leads nobody there.",
  parametersMissing: "Required parameters missing.",
  redirectUriMissing: "Required String parameter 'redirect_uri' is not present.",
  unknownClient: "User pool client does not exist.",
  startAgain: "Start again",
  whyRefused: "Why it was refused",
  whatIsRegistered: "What is registered at this pool",
  notFound: "Page not found",
  notFoundExplanation: "There is no such page at this user pool.",
  badRequest: "Bad request",
  notUnderstood: "This request could not be understood.",
  repeatedField: "A field of this form was sent more than once.",
  somethingWentWrong: "Something went wrong",
  tryAgain: "Try again in a moment.",
  openTooLong: "This page was open for too long, so the sign-in was cancelled.",
  formRefused: "This form cannot be accepted",
  formNotFromHere:
    "This form was not opened in this browser, or its cookie is gone. Nothing has changed.",
  wrongAddress: "Wrong address",
  rightAddress: "This user pool answers at {origin} only.",
  rightLocalAddress: "These pages answer at {origin}/_local only.",
  notFromHere: "Not from here",
  ownPagesOnly: "Actions are accepted from these pages only.",
} as const;

export type MessageKey = keyof typeof en;

/** What a language has to say: every key, nothing else. */
export type Messages = Readonly<Record<MessageKey, string>>;
