import { statSync } from "node:fs";

/** Which files were read, and whether each of them is still what it was then. */
export class FileStamps {
  readonly #stamps = new Map<string, string>();
  readonly #since = Date.now();

  /** Notes files that have been read since this was made. */
  add(files: string[]): void {
    for (const file of files) {
      if (!this.#stamps.has(file)) this.#stamps.set(file, stampWhenRead(file, this.#since));
    }
  }

  areCurrent(): boolean {
    return [...this.#stamps].every(([file, stamp]) => stampOf(file) === stamp);
  }
}

/** A file that was written meanwhile may have been read before that: it counts as edited. */
function stampWhenRead(file: string, since: number): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && stats.mtimeMs < since ? stampOf(file) : "read too early";
}

function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : "gone";
}
