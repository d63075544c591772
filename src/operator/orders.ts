import { stat } from "node:fs/promises";
import { createRelyingParty, type RelyingParty } from "../sign-in/cognito/relying-party.ts";
import type { SignInLog } from "../sign-in/events.ts";
import { describeMoment, howLongAgo } from "../sign-in/pages/moments.ts";
import { createRowSealer } from "../sign-in/session/row-sealer.ts";
import type { Session } from "../sign-in/session/session.ts";
import { findSessionSecret } from "../sign-in/session/session-secret.ts";
import { createSessions } from "../sign-in/session/sessions.ts";
import { userKeyOf } from "../sign-in/session/user-index.ts";
import {
  createUserSessions,
  type SessionsLeftError,
  type UserSessions,
} from "../sign-in/session/user-sessions.ts";
import { storePathIn } from "../sign-in/store/embedded/lmdb-file.ts";
import { openRowStore } from "../sign-in/store/open-row-store.ts";
import type { RowStore } from "../sign-in/store/row-store.ts";
import { reportSessionEnd } from "../sign-in/visitor/auth-log.ts";
import { revokeTokensOf } from "../sign-in/visitor/ended-sessions.ts";
import type { Config } from "../site/settings/config.ts";
import { NoSessionsHereError, nothingFound } from "./no-sessions-here.ts";

export type Order = { does: "list" | "end"; sub: string };

/**
 * Lists or ends the sessions of a user, beside the running app, and resolves to what there is to say about it. Makes
 * neither a store nor a secret. Throws a NoSessionsHereError, or whatever opening the store throws.
 */
export async function carryOut(order: Order, config: Config, log: SignInLog): Promise<string> {
  return (await carryOutHere(order, config, log)) ?? (await nothingFound(order.sub, config));
}

/** Resolves to undefined where the user has no sessions with the client of the settings. */
async function carryOutHere(
  order: Order,
  config: Config,
  log: SignInLog,
): Promise<string | undefined> {
  const sealer = createRowSealer(await secretsOf(config), config.userPool);
  if (!config.redis) await assertStore(config);
  const rows = await openRowStore(config, { now: Date.now, report: () => {} });
  try {
    await assertReadable(order.sub, rows, sealer);
    const pool =
      config.userPool &&
      createRelyingParty({ ...config, userPool: config.userPool, now: Date.now });
    // This shell may have other settings than the app: what is in the store counts, and nothing is tidied.
    const limits = { idleSeconds: Number.POSITIVE_INFINITY, maxSeconds: Number.POSITIVE_INFINITY };
    const stored = { rows, sealer, limits, now: Date.now, tidies: false };
    const ofAnyPool = createSessions({ ...stored, issuer: undefined });
    const sessions = createUserSessions({ ...stored, sessions: ofAnyPool });
    return order.does === "list"
      ? await list(order.sub, sessions)
      : await end(order.sub, sessions, pool, log);
  } finally {
    await rows.close();
  }
}

async function secretsOf({ sessionSecrets, dataDirectory }: Config): Promise<string[]> {
  if (sessionSecrets) return sessionSecrets;
  const kept = await findSessionSecret(dataDirectory);
  if (kept === undefined) throw nothingIn(dataDirectory, "session secret");
  return [kept.secret];
}

async function assertStore({ dataDirectory }: Config): Promise<void> {
  await stat(storePathIn(dataDirectory)).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? nothingIn(dataDirectory, "session store") : error;
  });
}

/** Otherwise a wrong secret would look like a user without sessions. */
async function assertReadable(
  sub: string,
  rows: RowStore,
  sealer: ReturnType<typeof createRowSealer>,
): Promise<void> {
  const key = userKeyOf(sub);
  const row = await rows.read(key);
  if (!row || sealer.open(row, key) !== undefined) return;
  throw new NoSessionsHereError(
    `${sub} has sessions, but this session secret does not open their list.\nGive the command the SESSION_SECRET that the app runs with. If it is that one, the list is damaged: each session is listed again when it is renewed, and a new SESSION_SECRET alone ends them all.`,
  );
}

async function list(sub: string, sessions: UserSessions): Promise<string | undefined> {
  const found = await sessions.ofUser(sub);
  if (found.length === 0) return undefined;
  const lines = found.map(({ session: { browser, createdAt, lastSeenAt } }) => {
    const lastSeen = howLongAgo(lastSeenAt, Date.now());
    return `  ${browser}, signed in on ${describeMoment(createdAt)}, last seen ${lastSeen}`;
  });
  return [`${sub} has ${counted(found.length, "session")}:`, ...lines].join("\n");
}

async function end(
  sub: string,
  sessions: UserSessions,
  pool: RelyingParty | undefined,
  log: SignInLog,
): Promise<string | undefined> {
  const ended = await sessions.destroyAll(sub).catch(async (error: SessionsLeftError) => {
    await (pool ? revoke(error.ended, pool, log) : tellLogAlone(error.ended, log));
    throw error.cause;
  });
  if (ended.length === 0) return undefined;
  return [
    `Ended ${counted(ended.length, "session")} of ${sub}.`,
    pool ? await revoke(ended, pool, log) : tellLogAlone(ended, log),
    "A browser that is still signed in at Cognito can come back without a password for up to an hour: to keep the user out, disable them in the user pool.",
  ].join("\n");
}

async function revoke(ended: Session[], pool: RelyingParty, log: SignInLog): Promise<string> {
  const revoked = await revokeTokensOf({ relyingParty: pool, log }, ended, { by: "operator" });
  const held = ended.filter(({ refreshToken }) => refreshToken !== undefined).length;
  return revoked === held
    ? "Their refresh tokens are revoked at Cognito."
    : `Cognito has confirmed the revocation of ${revoked} of ${held} refresh tokens; nobody holds the others any more.`;
}

function tellLogAlone(ended: Session[], log: SignInLog): string {
  for (const { user } of ended) {
    reportSessionEnd(log, { sub: user.sub, by: "operator", revoked: false });
  }
  return "Only the app's sessions were ended: local Cognito was not asked to revoke anything.";
}

function nothingIn(dataDirectory: string, what: string): NoSessionsHereError {
  return new NoSessionsHereError(
    `There is no ${what} in DATA_DIR (${dataDirectory}), so there are no sessions to be found.\nRun the command where the app runs, with the same settings.`,
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
