import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Database, open, type RootDatabaseOptionsWithPath } from "lmdb";

/** The embedded database of local Cognito; writes made in one turn of the event loop are committed together. */
export interface PoolDatabase {
  table<Row>(name: string): Database<Row, string>;
  close(): Promise<void>;
}

/** Opens the database in the directory, which is made (0700) if need be; its file is readable by its owner only. */
export function openPoolDatabase(dataDirectory: string): PoolDatabase {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const options: RootDatabaseOptionsWithPath & { permissionsMode: number } = {
    path: join(dataDirectory, "local-cognito.mdb"),
    encoding: "json",
    maxDbs: 16,
    permissionsMode: 0o600,
  };
  const root = open(options);
  return {
    table: <Row>(name: string) => root.openDB<Row, string>({ name, encoding: "json" }),
    close: () => root.close(),
  };
}
