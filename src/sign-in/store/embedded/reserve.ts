import { appendFileSync, statSync } from "node:fs";
import type { RootDatabase } from "lmdb";
import { storePathIn } from "./lmdb-file.ts";

const reserveBytes = 4 * 1024 * 1024;
/** Looking takes a while; meanwhile each of a few processes takes half a megabyte at most. */
const lookEveryWrites = 64;

/**
 * Room at the end of an LMDB file that is on the disk already and holds nothing yet. LMDB writes a changed page to another
 * place, so that even a removal takes room; here it is found on a disk that is full. Inside of the database's own file, since
 * what is freed beside it goes to whoever fills the disk.
 */
export interface Reserve {
  bytes(): number;
  /**
   * Makes the reserve as large as it ought to be, if it is time to look. To be called at the beginning of each write
   * transaction, and never outside of one: it would write zeros over what another process has just written.
   */
  fill(writes: number): void;
}

/** The reserve of the database in this directory. */
export function createReserve(
  database: Pick<RootDatabase, "getStats">,
  dataDirectory: string,
): Reserve {
  const path = storePathIn(dataDirectory);
  let writesSinceLook = Number.POSITIVE_INFINITY;

  function bytes(): number {
    const { lastPageNumber, pageSize } = database.getStats() as {
      lastPageNumber: number;
      pageSize: number;
    };
    return statSync(path).size - (lastPageNumber + 1) * pageSize;
  }

  return {
    bytes,
    fill(writes) {
      writesSinceLook += writes;
      if (writesSinceLook < lookEveryWrites) return;
      const missing = reserveBytes - bytes();
      writesSinceLook = 0;
      try {
        if (missing > 0) appendFileSync(path, Buffer.alloc(missing));
      } catch {
        // A quota, of which the file system tells nothing: whoever writes now may have room all the same.
      }
    },
  };
}
