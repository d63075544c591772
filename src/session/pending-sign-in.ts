import type { OneTimeValues } from "../cognito/authorization-request.ts";
import { cookieName, parseCookies } from "./cookies.ts";
import type { Sealer } from "./sealing.ts";

/** A sign-in that was begun in this browser and is not finished. */
export interface PendingSignIn extends OneTimeValues {
  /** A local path. */
  returnTo: string;
  /** Milliseconds. */
  startedAt: number;
}

export const pendingSignInSeconds = 10 * 60;
const maxPending = 4;

/**
 * Pending sign-ins live in the browser, each in a sealed cookie of its own named after its `state`: two tabs do not
 * disturb each other, and a visitor who never comes back costs the server nothing (SC-4).
 */
export interface PendingSignIns {
  /** The cookie for a new pending sign-in, and the names of those that must go to keep their number small. */
  begin(
    cookieHeader: string | undefined,
    pending: PendingSignIn,
  ): { name: string; value: string; drop: string[] };
  /** The pending sign-in of a state, or undefined where this browser began none, or too long ago. */
  find(cookieHeader: string | undefined, state: string): PendingSignIn | undefined;
  /** True where this browser has any pending sign-in at all. */
  hasAny(cookieHeader: string | undefined): boolean;
  cookieNameFor(state: string): string;
}

export function createPendingSignIns(options: {
  sealer: Sealer;
  usesHttps: boolean;
  now: () => number;
}): PendingSignIns {
  const { sealer, now } = options;
  const prefix = cookieName("sign-in-", options);
  const cookieNameFor = (state: string) => prefix + state.slice(0, 8);

  function open(name: string, value: string): PendingSignIn | undefined {
    const plaintext = sealer.open(Buffer.from(value, "base64url"), name);
    const pending = plaintext && (JSON.parse(plaintext) as PendingSignIn);
    return pending && Math.abs(now() - pending.startedAt) < pendingSignInSeconds * 1000
      ? pending
      : undefined;
  }

  /** Another site may plant cookies under our prefix whose names no header could take back. */
  const isOurs = (name: string) =>
    name.startsWith(prefix) && /^[\w-]{8}$/.test(name.slice(prefix.length));
  const ours = (cookieHeader: string | undefined) =>
    parseCookies(cookieHeader).filter(([name]) => isOurs(name));

  return {
    cookieNameFor,
    begin(cookieHeader, pending) {
      const name = cookieNameFor(pending.state);
      const others = ours(cookieHeader)
        .map(([other, value]) => ({ name: other, startedAt: open(other, value)?.startedAt ?? 0 }))
        .sort((a, b) => b.startedAt - a.startedAt);
      const keep = others.filter(({ startedAt }) => startedAt > 0).slice(0, maxPending - 1);
      return {
        name,
        value: sealer.seal(JSON.stringify(pending), name).toString("base64url"),
        drop: others.filter((other) => !keep.includes(other)).map((other) => other.name),
      };
    },
    find(cookieHeader, state) {
      const name = cookieNameFor(state);
      return ours(cookieHeader)
        .filter(([cookie]) => cookie === name)
        .map(([, value]) => open(name, value))
        .find((pending) => pending?.state === state);
    },
    hasAny: (cookieHeader) => ours(cookieHeader).some(([name, value]) => open(name, value)),
  };
}
