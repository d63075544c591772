import type { Accounts } from "../accounts/accounts.ts";
import type { BrowserState } from "../browser/browser-state.ts";
import type { PoolKeys } from "../pool/pool-keys.ts";
import type { AuthorizationCodes } from "./authorization-codes.ts";

/** What the OAuth endpoints work with. */
export interface AuthorizationServer
  extends Accounts,
    Pick<BrowserState, "sessions" | "formTokens"> {
  /** The address of the pool, which is the `iss` of its tokens. */
  issuer: string;
  keys: PoolKeys;
  codes: AuthorizationCodes;
}
