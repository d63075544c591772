import type { Pool } from "../pool.ts";

/** What an operation works with. */
export interface Context {
  pool: Pool;
  issuer: string;
  /** What the caller calls itself, for the history of sign-ins. */
  userAgent: string;
}
