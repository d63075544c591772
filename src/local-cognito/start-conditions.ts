import type { LocalCognitoOptions } from "./options.ts";
import { isLoopbackHost, isOnThisMachine, registrationProblem } from "./pool/registered-urls.ts";

/** Throws, saying what to do, unless everything here stays on this machine and outside production. */
export function assertMayStart(options: LocalCognitoOptions): void {
  if (options.isProduction) {
    throw new Error(
      "Local Cognito does not start with NODE_ENV=production.\n" +
        "It shows every verification code to whoever asks, so nobody's account would be safe.\n" +
        "Set COGNITO_DOMAIN, COGNITO_USER_POOL_ID, CLIENT_ID and CLIENT_SECRET to use a real user pool.",
    );
  }
  if (options.host !== undefined && !isLoopbackHost(options.host)) {
    throw new Error(
      `Local Cognito does not listen on ${options.host}.\n` +
        "Other machines could reach it there, and it shows every verification code to whoever asks.\n" +
        "Leave the host out, or set it to 127.0.0.1.",
    );
  }
  const { callbackUrls = [], signOutUrls = [] } = options;
  for (const url of [...callbackUrls, ...signOutUrls]) assertMayLeadTo(url);
}

/** Throws for an address that an app on this machine cannot have. */
export function assertMayLeadTo(url: string): void {
  const problem = registrationProblem(url);
  if (problem === undefined && isOnThisMachine(url)) return;
  const reason = isOnThisMachine(url)
    ? `AWS would not register it: a callback or sign-out URL ${problem}`
    : "It is not on this machine, so visitors of a public site would be signing in to a look-alike.";
  throw new Error(
    `Local Cognito does not send people to ${url}.\n${reason}\n` +
      "Set APP_URL (alone: --callback-url) to an address on localhost, or configure a real user pool.",
  );
}
