import type { Accounts } from "../accounts/accounts.ts";
import type { PoolKeys } from "../pool/pool-keys.ts";
import type { RequestLog } from "../request-log.ts";

/** What the pages for the developer work with. */
export interface Console extends Accounts {
  keys: PoolKeys;
  requests: RequestLog;
}
