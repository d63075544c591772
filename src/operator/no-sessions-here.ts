import { printable } from "../sign-in/printable.ts";
import { userKeyOf } from "../sign-in/session/user-index.ts";
import { markOf } from "../sign-in/store/client-mark.ts";
import { openRowStore } from "../sign-in/store/open-row-store.ts";
import type { Config } from "../site/settings/config.ts";

/** Thrown where the settings lead to no sessions that could be read; the message is for the operator. */
export class NoSessionsHereError extends Error {
  override name = "NoSessionsHereError";
}

/**
 * What there is to say of a user without sessions: with which client of which pool they have none. Throws a
 * NoSessionsHereError where they have some with another one: the settings are then probably not the app's. Throws it for
 * what is no `sub`, too. Redis cannot be searched for other clients: there it is enough that the settings name no pool.
 */
export async function nothingFound(sub: string, config: Config): Promise<string> {
  const { userPool, redis } = config;
  const nothing = userPool
    ? `${sub} has no sessions with client ${userPool.clientId} of ${userPool.issuer}`
    : `${sub} has no sessions beside local Cognito`;
  if (redis && !userPool) {
    throw new NoSessionsHereError(`${nothing}, and the settings name no user pool.\n${remedy}`);
  }
  if (!redis && (await hasSessionsElsewhere(sub, config))) {
    throw new NoSessionsHereError(
      `${nothing}, but has some here with another client or user pool.\n${remedy}`,
    );
  }
  if (!isSub(sub)) throw new NoSessionsHereError(notBySub(sub));
  return `${nothing}.`;
}

/** Cognito makes a UUID for every user. Whoever has sessions is found all the same, whatever their pool calls them. */
function isSub(text: string): boolean {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text);
}

/** A name or an address would have no sessions either, and in an incident that reads as if the user were out. */
function notBySub(text: string): string {
  return `${printable(text.slice(0, 100))} is no sub, and sessions are found by nothing else: this says nothing about whether the user is signed in.
Look the user up in the console under User pools ▸ your pool ▸ Users, or at /_local/users, and give the command their sub: 36 characters, in lower case.`;
}

const remedy = "Give the command the settings of the user pool that the app runs with.";

async function hasSessionsElsewhere(sub: string, config: Config): Promise<boolean> {
  const key = userKeyOf(sub);
  const here = key + markOf(config.userPool);
  const rows = await openRowStore(config, { now: Date.now, report: () => {} });
  try {
    return ((await rows.keysUnder?.(key)) ?? []).some((listed) => listed !== here);
  } finally {
    await rows.close();
  }
}
