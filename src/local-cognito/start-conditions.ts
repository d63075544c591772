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
  assertMayListen(options);
  const { callbackUrls = [], signOutUrls = [] } = options;
  for (const url of [...callbackUrls, ...signOutUrls]) assertMayLeadTo(url);
}

/** Returns what there is to say of a host beyond loopback, which other machines can reach. */
export function warningOfOpenHost({ host, publicUrl }: LocalCognitoOptions): string | undefined {
  if (host === undefined || isLoopbackHost(host)) return undefined;
  return (
    `WARNING: Local Cognito listens on ${host}. Whoever reaches it as ${publicUrl} can read every code in its inbox, ` +
    "change every user and sign in as anybody: it asks nobody who they are. " +
    "Let only containers and machines that you trust reach its port."
  );
}

function assertMayListen({ host, publicUrl, certificate }: LocalCognitoOptions): void {
  if (host !== undefined && publicUrl === undefined && !isLoopbackHost(host)) {
    throw new Error(
      `Local Cognito does not listen on ${host}.\n` +
        "Other machines could reach it there, and it shows every verification code to whoever asks.\n" +
        "Leave the host out, or set it to 127.0.0.1. For containers, say as well by which address they find it: --public-url http://cognito.local:4300.",
    );
  }
  if (publicUrl === undefined) return;
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  if (!isOrigin || (certificate && url.protocol !== "https:")) {
    throw new Error(
      `Local Cognito cannot be found at ${publicUrl}.\n` +
        `Its endpoints begin with that, so it is ${certificate ? "https://" : "http:// or https://"}, a host and a port, with nothing behind them.\n` +
        "Write it as http://cognito.local:4300.",
    );
  }
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
