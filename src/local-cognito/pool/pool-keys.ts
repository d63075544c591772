import type { JsonWebKey } from "node:crypto";
import type { PoolDatabase } from "./pool-database.ts";
import { keepSigningKeys, type PoolIdentity, replaceSigningKeys } from "./pool-identity.ts";
import type { ClientSettings } from "./pool-settings.ts";
import { importPublicJwk, verifyToken } from "./signing-key.ts";
import {
  generateSigningKeys,
  importSigningKeys,
  type SigningKeys,
  type StoredSigningKeys,
  type TokenUse,
} from "./signing-keys.ts";

/**
 * The pool's two keys, and those from before a rotation, which stay published for as long as their tokens live. A new
 * pool's are made at their first use: that takes longer than the rest of its first start.
 */
export interface PoolKeys extends Pick<SigningKeys, "sign" | "verify"> {
  /** The public keys, as `jwks.json` has them. */
  jwks(): Promise<SigningKeys["jwks"]>;
  /** The two that sign, then the others, the newest first. */
  list(): Promise<KeyDescription[]>;
  /** Puts two new keys in their place, for every token from now on. */
  rotate(): Promise<void>;
}

/** A key as the developer sees it; times in ISO 8601. */
export interface KeyDescription {
  kid: string;
  signs: "ID tokens" | "access tokens";
  since?: string;
  /** Set once it signs nothing new. */
  retiredAt?: string;
  publishedUntil?: string;
}

interface RetiredKey {
  use: TokenUse;
  publicJwk: JsonWebKey;
  since?: string;
  retiredAt: string;
  /** ISO 8601, as the others. */
  publishedUntil: string;
}

const tokenUses: TokenUse[] = ["id", "access"];
/** Those of ten rotations: whoever reads the key set expects a few kilobytes. */
const mostRetired = 20;

/** Opens the keys of this identity, and those that were retired before the last start. */
export function openPoolKeys(
  database: PoolDatabase,
  identity: PoolIdentity,
  clients: Pick<ClientSettings, "idTokenSeconds" | "accessTokenSeconds">[],
  now: () => number,
): PoolKeys {
  const table = database.table<RetiredKey>("retired-keys");
  const lifetimes = {
    id: Math.max(...clients.map(({ idTokenSeconds }) => idTokenSeconds)),
    access: Math.max(...clients.map(({ accessTokenSeconds }) => accessTokenSeconds)),
  };
  const isoTime = (ms: number) => new Date(ms).toISOString();
  let opening: Promise<OpenKeys> | undefined;
  let rotating = Promise.resolve();

  function opened(): Promise<OpenKeys> {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  async function open(): Promise<OpenKeys> {
    const { signingKeys, signingKeysSince: since } = identity;
    if (signingKeys) return bringIntoUse(signingKeys, since);
    const kept = keepSigningKeys(database, await generateSigningKeys(), isoTime(now()));
    return bringIntoUse(kept.signingKeys, kept.signingKeysSince);
  }

  function published(): { key: string; value: RetiredKey }[] {
    const rows = table.entries().filter(({ value }) => value.publishedUntil > isoTime(now()));
    const orderOf = ({ value: { retiredAt, use } }: (typeof rows)[number]) => `${retiredAt} ${use}`;
    return rows.sort((a, b) => orderOf(b).localeCompare(orderOf(a)));
  }

  function retire(use: TokenUse, { stored, since, current }: OpenKeys): void {
    const publicJwk = current.jwks.keys[tokenUses.indexOf(use)] ?? {};
    const retiredAt = isoTime(now());
    const publishedUntil = isoTime(now() + lifetimes[use] * 1000);
    const row = { use, publicJwk, retiredAt, publishedUntil, ...(since && { since }) };
    table.put(stored[use].kid, row);
  }

  function dropOldest(): void {
    const kept = published().slice(0, mostRetired);
    for (const { key } of table.entries()) {
      if (!kept.some((row) => row.key === key)) table.remove(key);
    }
  }

  async function rotateNow(): Promise<void> {
    const old = await opened();
    const made = await generateSigningKeys();
    const madeAt = isoTime(now());
    database.inOneWrite(() => {
      for (const use of tokenUses) retire(use, old);
      dropOldest();
      replaceSigningKeys(database, made, madeAt);
    });
    opening = Promise.resolve(bringIntoUse(made, madeAt));
  }

  return {
    async jwks() {
      const { current } = await opened();
      return { keys: [...current.jwks.keys, ...published().map(({ value }) => value.publicJwk)] };
    },
    sign: async (use, claims) => (await opened()).current.sign(use, claims),
    async verify(use, token) {
      const { current } = await opened();
      const claims = await current.verify(use, token);
      if (claims) return claims;
      for (const { key, value } of published()) {
        const isOfUse = value.use === use;
        const found = isOfUse && (await verifyToken(importPublicJwk(key, value.publicJwk), token));
        if (found) return found;
      }
      return undefined;
    },
    async list() {
      const { stored, since } = await opened();
      const signing = tokenUses.map((use) => ({
        kid: stored[use].kid,
        use,
        ...(since && { since }),
      }));
      const retired = published().map(({ key, value: { publicJwk, ...row } }) => ({
        kid: key,
        ...row,
      }));
      return [...signing, ...retired].map(({ use, ...row }) => ({ ...row, signs: nameOf(use) }));
    },
    rotate() {
      // One after the other: each retires the keys that the one before has made.
      rotating = rotating.then(rotateNow, rotateNow);
      return rotating;
    },
  };
}

interface OpenKeys {
  stored: StoredSigningKeys;
  /** ISO 8601. */
  since: string | undefined;
  current: SigningKeys;
}

function bringIntoUse(stored: StoredSigningKeys, since: string | undefined): OpenKeys {
  return { stored, since, current: importSigningKeys(stored) };
}

function nameOf(use: TokenUse): KeyDescription["signs"] {
  return use === "id" ? "ID tokens" : "access tokens";
}
