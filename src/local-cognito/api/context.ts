import type { Accounts } from "../accounts/accounts.ts";
import type { Pool } from "../pool.ts";
import type { Caller } from "../triggers/trigger-call.ts";
import type { AuthSessions } from "./authentication/auth-sessions.ts";

/** What an operation works with. */
export interface Context {
  pool: Pool;
  accounts: Accounts;
  issuer: string;
  /** The sign-ins that are under way by API. */
  sessions: AuthSessions;
  /** What the caller calls itself, for the history of sign-ins. */
  userAgent: string;
  /** What the call has for triggers. */
  caller: Caller;
  /** What the log is to say of a call that was accepted. */
  remarks: string[];
}
