import { open } from "lmdb";
import { storePathIn } from "../store/embedded/lmdb-file.ts";
import { userKeyOf } from "./user-index.ts";

/**
 * The keys under which the embedded store in `dataDirectory` lists this user's sessions: one for each client that the
 * user has signed in with. Changes nothing; rows that have expired may be among them.
 */
export async function findUserKeys(dataDirectory: string, sub: string): Promise<string[]> {
  const key = userKeyOf(sub);
  const path = storePathIn(dataDirectory);
  const database = open<Buffer, string>({ path, encoding: "binary", readOnly: true });
  try {
    // What a client's keys end with is in ASCII.
    return [...database.getKeys({ start: key, end: `${key}\u007f` })];
  } finally {
    await database.close();
  }
}
