import type { UserPoolSettings } from "../settings/cognito.ts";
import { markOf } from "../store/client-mark.ts";
import { createSealer, type Sealer } from "./sealing.ts";

/**
 * The sealer of what one client of one user pool stores: sessions, lists of them, and claims of callbacks. A row that somebody
 * has copied from another client's does not open.
 */
export function createRowSealer(secrets: string[], userPool: UserPoolSettings | undefined): Sealer {
  const sealer = createSealer(secrets, "session rows");
  const mark = markOf(userPool);
  return {
    seal: (plaintext, place) => sealer.seal(plaintext, place + mark),
    open: (sealed, place) => sealer.open(sealed, place + mark),
  };
}
