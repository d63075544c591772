import { randomBytes, randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { type FileHandle, link, mkdir, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Thrown where the kept session secret is not one: whoever knows a blank secret can sign in as anybody. */
export class DamagedSecretError extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} is damaged`);
    this.name = "DamagedSecretError";
    this.path = path;
  }
}

export interface KeptSecret {
  secret: string;
  /**
   * True if other accounts of this machine may read, change or exchange it, or may have put it there. Always false on
   * Windows, which has no such bits.
   */
  isExposed: boolean;
}

/**
 * The session secret of this machine: made up once, then kept in `dataDirectory` for nobody else to read.
 * Throws a DamagedSecretError where the file holds anything else.
 */
export async function keepSessionSecret(dataDirectory: string): Promise<KeptSecret> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  return (await findSessionSecret(dataDirectory)) ?? (await makeSecret(dataDirectory));
}

/** The session secret that this machine keeps, or undefined where none was ever made. Throws as `keepSessionSecret`. */
export async function findSessionSecret(dataDirectory: string): Promise<KeptSecret | undefined> {
  const path = pathIn(dataDirectory);
  const file = await openIfThere(path);
  if (!file) return undefined;
  try {
    const secret = (await file.readFile("utf8")).trim();
    if (!/^[0-9a-f]{64}$/.test(secret)) throw new DamagedSecretError(path);
    // Of the very file that was read: another one may be in its place by now.
    return { secret, isExposed: isExposed(await stat(dataDirectory), await file.stat()) };
  } finally {
    await file.close();
  }
}

function isExposed(folder: Stats, file: Stats): boolean {
  const self = process.geteuid?.();
  if (self === undefined) return false;
  // Whoever may write to a folder may put a file of their own in another's place, unless its sticky bit is set.
  const isExchangeable = (folder.mode & 0o1000) === 0 && (folder.mode & 0o022) !== 0;
  const isForeign = file.uid !== self || (folder.uid !== self && folder.uid !== 0);
  return isExchangeable || isForeign || (file.mode & 0o077) !== 0;
}

/** Written in full beside its place first, so that no other process and no crash ever sees half of it. */
async function makeSecret(dataDirectory: string): Promise<KeptSecret> {
  const path = pathIn(dataDirectory);
  // Two containers that share a folder have one process number.
  const draft = `${path}.${randomUUID()}.draft`;
  const file = await open(draft, "wx", 0o600);
  await file.writeFile(randomBytes(32).toString("hex"));
  await file.sync();
  await file.close();
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(draft);
  }
  return (await findSessionSecret(dataDirectory)) as KeptSecret;
}

function pathIn(dataDirectory: string): string {
  return join(dataDirectory, "session-secret");
}

/** Does not wait for what is no file, such as a pipe that nobody writes to. */
async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
