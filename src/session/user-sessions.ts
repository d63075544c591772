import type { RowStore } from "./row-store.ts";
import type { Sealer } from "./sealing.ts";
import { latestEndOf, type Session, type SessionLimits } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import { createUserIndex } from "./user-index.ts";

/** A user's sessions beyond this number end, the oldest first. */
const maxPerUser = 50;

export interface ListedSession {
  id: string;
  session: Session;
}

/** Some of the sessions that were to end did not: `ended` are those that did, and `cause` says why the others did not. */
export class SessionsLeftError extends Error {
  readonly ended: Session[];

  constructor(ended: Session[], cause: unknown) {
    super("some sessions could not be ended", { cause });
    this.name = "SessionsLeftError";
    this.ended = ended;
  }
}

/** Sessions that are listed with their user from before the visitor has the cookie until they end. */
export interface UserSessions extends Sessions {
  /** The sessions of a user, oldest first; `current` is one of them while it lives, even where the list has lost it. */
  ofUser(sub: string, current?: string): Promise<ListedSession[]>;
  /**
   * Ends the sessions of a user, except the given one, and with them a sign-in that finishes meanwhile. Rejects with a
   * SessionsLeftError where the store fails on the way.
   */
  destroyAll(sub: string, except?: string): Promise<Session[]>;
}

/** Adds the list of each user's sessions to `sessions`, in the same store; entries of ended ones go if it `tidies`. */
export function createUserSessions(options: {
  sessions: Sessions;
  rows: RowStore;
  sealer: Sealer;
  limits: SessionLimits;
  now: () => number;
  /** Told of each session that ended because its user had too many. */
  crowdedOut?: (session: Session) => void;
  tidies?: boolean;
}): UserSessions {
  const { sessions, limits, tidies = true } = options;
  const index = createUserIndex(options);

  async function add(id: string, session: Session): Promise<void> {
    const { sub } = session.user;
    const ids = await index.add(sub, { id, until: latestEndOf(session, limits) });
    const crowd = ids.slice(0, -maxPerUser);
    if (crowd.length === 0) return;
    // Those that cannot be ended now stay listed, and the next sign-in tries again.
    const ended = await destroyThese(sub, crowd).catch((error: SessionsLeftError) => error.ended);
    for (const session of ended) options.crowdedOut?.(session);
  }

  /** Best effort: an entry that stays behind leads to no row, and whoever asks for the list next takes it out. */
  const forget = (sub: string, ids: string[]) => index.remove(sub, ids).catch(() => {});

  async function destroyThese(sub: string, ids: string[]): Promise<Session[]> {
    const results = await Promise.allSettled(ids.map((id) => sessions.destroy(id)));
    await forget(
      sub,
      ids.filter((_, place) => results[place]?.status === "fulfilled"),
    );
    const ended = results.flatMap((result) =>
      result.status === "fulfilled" ? (result.value ?? []) : [],
    );
    const failure = results.find((result) => result.status === "rejected");
    if (failure) throw new SessionsLeftError(ended, failure.reason);
    return ended;
  }

  async function readAll(ids: string[]): Promise<ListedSession[]> {
    const found = await Promise.all(
      ids.map(async (id) => ({ id, session: await sessions.read(id) })),
    );
    return found.filter((one): one is ListedSession => one.session !== undefined);
  }

  async function ofUser(sub: string, current?: string): Promise<ListedSession[]> {
    const ids = await index.list(sub);
    const live = await readAll(ids);
    const gone = ids.filter((id) => !live.some((one) => one.id === id));
    if (tidies && gone.length > 0) await forget(sub, gone);
    if (current === undefined || ids.includes(current)) return live;
    const lost = await readAll([current]);
    for (const { id, session } of lost) await add(id, session).catch(() => {});
    return [...live, ...lost];
  }

  return {
    ...sessions,
    ofUser,
    async create(id, session) {
      await sessions.create(id, session);
      try {
        await add(id, session);
      } catch (error) {
        await sessions.destroy(id).catch(() => {});
        throw error;
      }
    },
    async destroy(id) {
      const ended = await sessions.destroy(id);
      if (ended) await forget(ended.user.sub, [id]);
      return ended;
    },
    async destroyAll(sub, except) {
      const ended: Session[] = [];
      for (;;) {
        try {
          const ids = (await ofUser(sub)).map(({ id }) => id);
          const others = ids.filter((id) => id !== except);
          if (others.length === 0) return ended;
          ended.push(...(await destroyThese(sub, others)));
        } catch (error) {
          const isPart = error instanceof SessionsLeftError;
          throw new SessionsLeftError(
            isPart ? [...ended, ...error.ended] : ended,
            isPart ? error.cause : error,
          );
        }
      }
    },
  };
}
