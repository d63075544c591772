import { randomBytes, randomInt } from "node:crypto";
import type { PoolDatabase } from "./pool-database.ts";
import { generateSigningKeys, type StoredSigningKeys } from "./signing-keys.ts";

/** What makes this pool this pool: made on first start, then kept in the database. */
export interface PoolIdentity {
  userPoolId: string;
  clientId: string;
  clientSecret: string;
  formKey: string;
  signingKeys: StoredSigningKeys;
}

const LOWER_CASE = "abcdefghijklmnopqrstuvwxyz0123456789";
const MIXED_CASE = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${LOWER_CASE}`;

/** Returns the identity in the database, making it if this is the first start. */
export async function loadPoolIdentity(database: PoolDatabase): Promise<PoolIdentity> {
  const table = database.table<PoolIdentity>("identity");
  const known = table.get("pool");
  if (known) return known;
  const made = await makePoolIdentity();
  // Two processes may start at once for the first time: the first to write decides.
  return database.inOneWrite(() => {
    const first = table.get("pool");
    if (!first) table.put("pool", made);
    return first ?? made;
  });
}

async function makePoolIdentity(): Promise<PoolIdentity> {
  return {
    userPoolId: `eu-west-1_${randomText(9, MIXED_CASE)}`,
    clientId: randomText(26, LOWER_CASE),
    clientSecret: randomText(51, LOWER_CASE),
    formKey: randomBytes(32).toString("base64url"),
    signingKeys: await generateSigningKeys(),
  };
}

function randomText(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}
