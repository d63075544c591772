import type { UserPoolSettings } from "../settings/cognito.ts";
import { markOf } from "../store/rows-of-client.ts";
import { createSealer, type Sealer } from "./sealing.ts";

/** Enough for the rows of some 1,300 sessions, whose refresh tokens make up most of them. */
const maxCharacters = 3 * 1024 * 1024;

/**
 * The sealer of what one client of one user pool stores: sessions, lists of them, and claims of callbacks. A row that somebody
 * has copied from another client's does not open.
 */
export function createRowSealer(secrets: string[], userPool: UserPoolSettings | undefined): Sealer {
  const sealer = rememberOpened(createSealer(secrets, "session rows"));
  const mark = markOf(userPool);
  return {
    seal: (plaintext, place) => sealer.seal(plaintext, place + mark),
    open: (sealed, place) => sealer.open(sealed, place + mark),
  };
}

/**
 * The same sealer, which remembers what it opened last: a visitor's row is not decrypted anew for every page. What
 * counts is the very same bytes at the same place, so that a row that was changed in any way is opened again.
 */
function rememberOpened(sealer: Sealer): Sealer {
  const opened = new Map<string, { sealed: Buffer; plaintext: string }>();
  let characters = 0;

  function forget(place: string): void {
    characters -= opened.get(place)?.plaintext.length ?? 0;
    opened.delete(place);
  }

  function remember(place: string, sealed: Uint8Array, plaintext: string): void {
    // A copy, since a store may hand out views of something larger.
    opened.set(place, { sealed: Buffer.from(sealed), plaintext });
    characters += plaintext.length;
    for (const oldest of opened.keys()) {
      if (characters <= maxCharacters) return;
      forget(oldest);
    }
  }

  return {
    seal: sealer.seal,
    open(sealed, place) {
      const known = opened.get(place);
      if (known?.sealed.equals(sealed)) return known.plaintext;
      forget(place);
      const plaintext = sealer.open(sealed, place);
      if (plaintext !== undefined) remember(place, sealed, plaintext);
      return plaintext;
    },
  };
}
