import type { OneTimeValues } from "../cognito/authorization-request.ts";
import {
  type CookieOptions,
  cookieName,
  cookieOptions,
  cookieValues,
  mostForged,
} from "../request/cookies.ts";
import type { Sealer } from "../session/sealing.ts";

/** A sign-in that was begun in this browser and is not finished. */
export interface PendingSignIn extends OneTimeValues {
  /** A local path. */
  returnTo: string;
  /** Milliseconds. */
  startedAt: number;
}

export const pendingSignInSeconds = 10 * 60;
const maxPending = 4;
/** Tabs that open at the same moment do not see each other's cookies: this many at most fit into a request. */
const slots = [..."abcdefghijkl"];

/**
 * Pending sign-ins live in the browser, each `state` in a sealed cookie of its own. Two tabs do not disturb each other. A
 * visitor who never comes back costs the server nothing (SC-4).
 */
export interface PendingSignIns {
  /** What its cookies are set and cleared with. */
  cookieOptions: CookieOptions;
  /** The cookie for a new pending sign-in, and the names of those that must go to keep their number small. */
  begin(
    cookieHeader: string | undefined,
    pending: PendingSignIn,
  ): { name: string; value: string; drop: string[] };
  /** Those that this browser has begun within the last ten minutes, with their cookies' names. */
  read(cookieHeader: string | undefined): FoundPendingSignIn[];
}

export type FoundPendingSignIn = PendingSignIn & { cookieName: string };

/** Seals, finds and numbers the pending sign-ins of a browser; knows nothing of the store. */
export function createPendingSignIns(options: {
  sealer: Sealer;
  usesHttps: boolean;
  now: () => number;
}): PendingSignIns {
  const { sealer, now } = options;
  const names = slots.map((slot) => cookieName(`sign-in-${slot}`, options));

  function open(name: string, value: string): FoundPendingSignIn | undefined {
    const sealed = Buffer.from(value, "base64url");
    // Node reads many spellings of the same bytes; we write one (CB-9).
    if (sealed.toString("base64url") !== value) return undefined;
    const plaintext = sealer.open(sealed, name);
    if (plaintext === undefined) return undefined;
    const pending = JSON.parse(plaintext) as PendingSignIn;
    const isAlive = Math.abs(now() - pending.startedAt) < pendingSignInSeconds * 1000;
    return isAlive ? { ...pending, cookieName: name } : undefined;
  }

  function read(cookieHeader: string | undefined): FoundPendingSignIn[] {
    const found: FoundPendingSignIn[] = [];
    let forged = 0;
    for (const name of names) {
      for (const value of cookieValues(cookieHeader, name)) {
        const pending = open(name, value);
        if (pending) found.push(pending);
        else forged += 1;
        if (forged > mostForged) return found;
      }
    }
    return found;
  }

  return {
    cookieOptions: cookieOptions(options),
    begin(cookieHeader, pending) {
      const present = names.filter((name) => cookieValues(cookieHeader, name).length > 0);
      const name = freeName(names, present, pending.state);
      const keep = read(cookieHeader)
        .sort((a, b) => b.startedAt - a.startedAt)
        .slice(0, maxPending - 1)
        .map(({ cookieName }) => cookieName);
      return {
        name,
        value: sealer.seal(JSON.stringify(pending), name).toString("base64url"),
        drop: present.filter((other) => other !== name && !keep.includes(other)),
      };
    },
    read,
  };
}

/**
 * A free name, looked for from a random start: two tabs that cannot see each other's cookies pick the same one in one case
 * out of twelve.
 */
function freeName(names: string[], taken: string[], state: string): string {
  const start = Buffer.from(state, "base64url").readUInt16BE() % names.length;
  const turned = [...names.slice(start), ...names.slice(0, start)];
  return turned.find((name) => !taken.includes(name)) ?? (turned[0] as string);
}
