import { randomBytes, randomInt } from "node:crypto";
import type { PoolDatabase } from "./pool-database.ts";
import type { StoredSigningKeys } from "./signing-keys.ts";

/** What makes this pool this pool: made on first start, then kept in the database. */
export interface PoolIdentity {
  /** It begins with the region that the pool was started for; the rest stays. */
  userPoolId: string;
  /** Of the first client. */
  clientId: string;
  clientSecret: string;
  formKey: string;
  /** Made at their first use, which is no part of the first start. */
  signingKeys?: StoredSigningKeys;
  /** ISO 8601. */
  signingKeysSince?: string;
}

const lowerCase = "abcdefghijklmnopqrstuvwxyz0123456789";
const mixedCase = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${lowerCase}`;

/** Returns the identity in the database, making it if this is the first start, with those keys if there are any. */
export function loadPoolIdentity(
  database: PoolDatabase,
  region: string,
  signingKeys?: StoredSigningKeys,
): PoolIdentity {
  const table = database.table<PoolIdentity>("identity");
  const known = table.get("pool");
  if (known) return inRegion(known, region);
  const made = makePoolIdentity(region, signingKeys);
  // Two processes may start at once for the first time: the first to write decides.
  const identity = database.inOneWrite(() => {
    const first = table.get("pool");
    if (!first) table.put("pool", made);
    return first ?? made;
  });
  return inRegion(identity, region);
}

function inRegion({ userPoolId, ...identity }: PoolIdentity, region: string): PoolIdentity {
  return { ...identity, userPoolId: userPoolId.replace(/^[^_]*/, region) };
}

/** Puts these keys into the identity that is in the database, unless it has some by now; returns those that it has then. */
export function keepSigningKeys(
  database: PoolDatabase,
  signingKeys: StoredSigningKeys,
  signingKeysSince: string,
): Pick<PoolIdentity, "signingKeysSince"> & { signingKeys: StoredSigningKeys } {
  const table = database.table<PoolIdentity>("identity");
  return database.inOneWrite(() => {
    const known = table.get("pool");
    if (known?.signingKeys) return { ...known, signingKeys: known.signingKeys };
    const made = { signingKeys, signingKeysSince };
    if (known) table.put("pool", { ...known, ...made });
    return made;
  });
}

/** Puts these keys into the identity that is in the database. */
export function replaceSigningKeys(
  database: PoolDatabase,
  signingKeys: StoredSigningKeys,
  signingKeysSince: string,
): void {
  const table = database.table<PoolIdentity>("identity");
  database.inOneWrite(() => {
    const known = table.get("pool");
    if (known) table.put("pool", { ...known, signingKeys, signingKeysSince });
  });
}

export function newClientId(): string {
  return randomText(26, lowerCase);
}

export function newClientSecret(): string {
  return randomText(51, lowerCase);
}

function makePoolIdentity(
  region: string,
  signingKeys: StoredSigningKeys | undefined,
): PoolIdentity {
  return {
    userPoolId: `${region}_${randomText(9, mixedCase)}`,
    clientId: newClientId(),
    clientSecret: newClientSecret(),
    formKey: randomBytes(32).toString("base64url"),
    ...(signingKeys && { signingKeys, signingKeysSince: new Date().toISOString() }),
  };
}

function randomText(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}
