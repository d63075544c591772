/** What the user pool may say to a change of an account: the rest of what can go wrong for a visitor is in `errors.ts`. */
export const accountErrors = {
  access_token_refused: {
    status: 401,
    title: "Please sign in again",
    sentence: "The sign-in service does not take your sign-in for this any more.",
    next: { label: "Sign in again", to: "login" },
  },
  account_not_shown: {
    status: 503,
    title: "Your account cannot be shown right now",
    sentence:
      "The sign-in service gave no answer that we can use. You are still signed in to this site.",
    next: { label: "Try again in a minute", to: "account" },
  },
  fresh_sign_in_refused: {
    status: 502,
    title: "Your account cannot be shown",
    sentence:
      "You have just signed in, and the sign-in service refuses to show your account all the same. Please tell the people who run this site.",
    next: { label: "Go to the start page", to: "start" },
  },
  account_scope_missing: {
    status: 403,
    title: "This cannot be changed here",
    sentence: "This site may not change accounts at the sign-in service.",
    next: { label: "Go to the start page", to: "start" },
  },
  account_refused: {
    status: 400,
    title: "Nothing was changed",
    sentence: "The sign-in service refused this change. Nothing has changed.",
    next: { label: "Go to your account", to: "account" },
  },
  attribute_read_only: {
    status: 400,
    title: "Nothing was changed",
    sentence: "This cannot be changed here. Nothing has changed.",
    next: { label: "Go to your account", to: "account" },
  },
  attribute_refused: {
    status: 400,
    title: "Nothing was changed",
    sentence: "The sign-in service does not take this value. Nothing has changed.",
    next: { label: "Go to your account", to: "account" },
  },
  address_taken: {
    status: 400,
    title: "Nothing was changed",
    sentence: "Another account has this address already. Nothing has changed.",
    next: { label: "Go to your account", to: "account" },
  },
  code_wrong: {
    status: 400,
    title: "This is not the code",
    sentence: "This is not the code that we expect. Look at it again, or ask for a new one.",
    next: { label: "Go to your account", to: "account" },
  },
  code_expired: {
    status: 400,
    title: "This code is over",
    sentence: "This code is over, or was used already. Please ask for a new one.",
    next: { label: "Go to your account", to: "account" },
  },
  code_not_sent: {
    status: 502,
    title: "No code was sent",
    sentence: "The sign-in service could not send a code to this address.",
    next: { label: "Go to your account", to: "account" },
  },
  password_missing: {
    status: 400,
    title: "Your password was not changed",
    sentence: "Please give your current password and a new one.",
    next: { label: "Go to your account", to: "account" },
  },
  user_name_differs: {
    status: 400,
    title: "Your account was not deleted",
    sentence: "This is not your user name. Your account was not deleted.",
    next: { label: "Go to your account", to: "account" },
  },
  password_wrong: {
    status: 400,
    title: "Your password was not changed",
    sentence: "This is not your current password. Your password was not changed.",
    next: { label: "Go to your account", to: "account" },
  },
  password_refused: {
    status: 400,
    title: "Your password was not changed",
    sentence: "The new password does not follow the rules. Your password was not changed.",
    next: { label: "Go to your account", to: "account" },
  },
  password_used_before: {
    status: 400,
    title: "Your password was not changed",
    sentence: "You have used this password before. Please choose another one.",
    next: { label: "Go to your account", to: "account" },
  },
  factor_not_offered: {
    status: 400,
    title: "This cannot be switched",
    sentence: "The sign-in service does not let you switch this here. Nothing has changed.",
    next: { label: "Go to your account", to: "account" },
  },
  too_many_tries: {
    status: 429,
    title: "Too many tries",
    sentence: "You have tried too often. Please try again in a quarter of an hour.",
    retryAfterSeconds: 15 * 60,
    next: { label: "Go to your account", to: "account" },
  },
} as const;

/** The stable word for a change that was refused. */
export type AccountErrorCode = keyof typeof accountErrors;
