import type { RowStore } from "../store/row-store.ts";
import type { Sealer } from "./sealing.ts";
import { latestEndOf, type Session, type SessionLimits } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import { createUserIndex } from "./user-index.ts";

/** A user's sessions beyond this number end, the oldest first. */
const maxPerUser = 50;
/** How often the list is looked at again for a sign-in that finished while those on it were ended. */
const mostRounds = 5;

export interface ListedSession {
  id: string;
  session: Session;
}

/** Some of the sessions that were to end did not: `ended` are those that did, and `cause` says why the others did not. */
export class SessionsLeftError extends Error {
  /** Private: a log writes out whatever lies open on an error, and these hold refresh tokens. */
  readonly #ended: Session[];

  constructor(ended: Session[], cause: unknown) {
    super("some sessions could not be ended", { cause });
    this.name = "SessionsLeftError";
    this.#ended = ended;
  }

  get ended(): Session[] {
    return this.#ended;
  }
}

/** Sessions that are listed with their user from before the visitor has the cookie until they end. */
export interface UserSessions extends Sessions {
  /** The sessions of a user, oldest first; `current` is one of them while it lives, even where the list has lost it. */
  ofUser(sub: string, current?: string): Promise<ListedSession[]>;
  /** Lists a session again where its user's list has lost it; best effort, and never rejects. */
  keepListed(id: string, session: Session): Promise<void>;
  /**
   * Ends the sessions of a user except the given one, and a sign-in that is listed meanwhile. A user who keeps signing in
   * meanwhile stays signed in with the newest session. Rejects with a SessionsLeftError if the store fails on the way.
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
    const ended: Session[] = [];
    await destroyThese(sub, crowd, ended).catch(() => {});
    for (const session of ended) options.crowdedOut?.(session);
  }

  const keepListed = (id: string, session: Session) => add(id, session).catch(() => {});

  /** Best effort: an entry that stays behind leads to no row, and whoever asks for the list next takes it out. */
  const forget = (sub: string, ids: string[]) => index.remove(sub, ids).catch(() => {});

  /** Adds those that it ended to `ended`, also where it rejects because the store failed on the way. */
  async function destroyThese(sub: string, ids: string[], ended: Session[]): Promise<void> {
    const results = await Promise.allSettled(ids.map((id) => sessions.destroy(id)));
    await forget(
      sub,
      ids.filter((_, place) => results[place]?.status === "fulfilled"),
    );
    for (const result of results) {
      if (result.status === "fulfilled" && result.value) ended.push(result.value);
    }
    const failure = results.find((result) => result.status === "rejected");
    if (failure) throw failure.reason;
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
    for (const { id, session } of lost) await keepListed(id, session);
    return [...live, ...lost];
  }

  return {
    ...sessions,
    ofUser,
    keepListed,
    async create(id, session) {
      // Begun together, for one flush; an entry that leads to no session does no harm.
      const written = await Promise.allSettled([sessions.create(id, session), add(id, session)]);
      const failure = written.find((result) => result.status === "rejected");
      if (!failure) return;
      await sessions.destroy(id).catch(() => {});
      throw failure.reason;
    },
    async destroy(id) {
      const ended = await sessions.destroy(id);
      if (ended) await forget(ended.user.sub, [id]);
      return ended;
    },
    async destroyAll(sub, except) {
      const ended: Session[] = [];
      try {
        for (let round = 0; round < mostRounds; round += 1) {
          const ids = (await ofUser(sub)).map(({ id }) => id);
          const others = ids.filter((id) => id !== except);
          if (others.length === 0) break;
          await destroyThese(sub, others, ended);
        }
        return ended;
      } catch (cause) {
        throw new SessionsLeftError(ended, cause);
      }
    },
  };
}
