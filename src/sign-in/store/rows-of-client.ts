import { createHash } from "node:crypto";
import type { UserPoolSettings } from "../settings/cognito.ts";
import type { RowStore } from "./row-store.ts";

/**
 * The rows of one client of one user pool, in a store that other apps may share, even with the same secret. Rows of
 * another client can neither be read nor removed. Beside local Cognito there is but one client.
 */
export function rowsOfClient(rows: RowStore, userPool: UserPoolSettings | undefined): RowStore {
  const mark = markOf(userPool);
  if (!mark) return rows;
  const keyOf = (key: string) => key + mark;
  return {
    ...rows,
    read: (key) => rows.read(keyOf(key)),
    insert: (key, ...row) => rows.insert(keyOf(key), ...row),
    update: (key, ...change) => rows.update(keyOf(key), ...change),
    remove: (key, expected) => rows.remove(keyOf(key), expected),
  };
}

/** What the keys of a client's rows end with: nothing beside local Cognito. */
export function markOf(userPool: UserPoolSettings | undefined): string {
  if (!userPool) return "";
  const { issuer, clientId } = userPool;
  const hash = createHash("sha256").update(`${issuer} ${clientId}`).digest("base64url");
  return `@${hash.slice(0, 12)}`;
}
