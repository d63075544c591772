import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import { ExpiringTable } from "../pool/expiring-table.ts";
import type { PoolDatabase } from "../pool/pool-database.ts";
import type { SignInHistory } from "../users/sign-in-history.ts";
import type { User, UserStatus } from "../users/user.ts";
import type { UserDirectory } from "../users/user-directory.ts";
import {
  clearCognitoCookie,
  clearCookie,
  readCognitoCookies,
  readCookie,
  setCognitoCookie,
  setCookie,
} from "./cookies.ts";

interface SessionRow {
  username: string;
  sub: string;
  authTimeSeconds: number;
}

/** Somebody signed in at the hosted UI, and when that happened. */
export interface SignedIn {
  user: User;
  authTimeSeconds: number;
}

const cookieName = "cognito";
const signedInStatuses: UserStatus[] = ["CONFIRMED", "EXTERNAL_PROVIDER"];
const lifetimeMs = 60 * 60 * 1000;

/** Browser sessions at the hosted UI: one hour from sign-in, never extended, ended by `/logout` alone. */
export class HostedSessions {
  readonly #database: PoolDatabase;
  readonly #table: ExpiringTable<SessionRow>;
  readonly #users: UserDirectory;
  readonly #history: SignInHistory;
  readonly #now: () => number;

  constructor(
    database: PoolDatabase,
    users: UserDirectory,
    history: SignInHistory,
    now: () => number,
  ) {
    this.#database = database;
    this.#table = new ExpiringTable(database, { name: "hosted-sessions", capacity: 10_000, now });
    this.#users = users;
    this.#history = history;
    this.#now = now;
  }

  /** Begins a session under a new id, in place of one this browser may have had. */
  start(req: Request, res: Response, user: User): SignedIn {
    const isNameFree = this.#ownsCognitoName(req);
    const { id, signedIn } = this.#database.inOneWrite(() => {
      this.#removeRows(req);
      this.#history.record(req.get("User-Agent") ?? "", user);
      return this.begin(user);
    });
    setCookie(res, cookieName, id, lifetimeMs);
    if (isNameFree) setCognitoCookie(res, cookieName, id, lifetimeMs);
    return signedIn;
  }

  /** Begins a session for a browser that is yet to come, with the id as its cookie `cognito`. */
  begin(user: User): { id: string; signedIn: SignedIn } {
    const id = randomBytes(32).toString("base64url");
    const authTimeSeconds = Math.floor(this.#now() / 1000);
    const { username, sub } = user;
    this.#table.put(id, { username, sub, authTimeSeconds }, lifetimeMs);
    return { id, signedIn: { user, authTimeSeconds } };
  }

  /** Returns who is signed in; undefined for a user who may not sign in any more. */
  find(req: Request): SignedIn | undefined {
    const [row] = this.#idsOf(req).flatMap((id) => this.#table.find(id) ?? []);
    const user = row && this.#users.get(row.username, row.sub);
    if (!row || !user?.enabled || !signedInStatuses.includes(user.status)) return undefined;
    return { user, authTimeSeconds: row.authTimeSeconds };
  }

  /** Ends the session, if there is one, here and in the browser. */
  end(req: Request, res: Response): void {
    clearCookie(res, cookieName);
    if (this.#ownsCognitoName(req)) clearCognitoCookie(res, cookieName);
    this.#removeRows(req);
  }

  stop(): void {
    this.#table.stop();
  }

  #idsOf(req: Request): string[] {
    return [readCookie(req, cookieName) ?? [], readCognitoCookies(req, cookieName)].flat();
  }

  /** False while another program keeps a cookie of that name in this browser, such as a second local Cognito. */
  #ownsCognitoName(req: Request): boolean {
    const own = readCookie(req, cookieName);
    return readCognitoCookies(req, cookieName).every((id) => id === own || this.#table.find(id));
  }

  #removeRows(req: Request): void {
    for (const id of this.#idsOf(req)) this.#table.remove(id);
  }
}
