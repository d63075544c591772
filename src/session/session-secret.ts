import { randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rm, stat } from "node:fs/promises";
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

/**
 * The session secret of this machine: made up once, then kept in `dataDirectory` for nobody else to read.
 * Throws a DamagedSecretError where the file holds anything else.
 */
export async function keepSessionSecret(dataDirectory: string): Promise<string> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  return (await findSessionSecret(dataDirectory)) ?? (await makeSecret(dataDirectory));
}

/** The session secret that this machine keeps, or undefined where none was ever made. Throws as `keepSessionSecret`. */
export async function findSessionSecret(dataDirectory: string): Promise<string | undefined> {
  const path = pathIn(dataDirectory);
  const secret = await readIfThere(path);
  if (secret !== undefined && !/^[0-9a-f]{64}$/.test(secret)) throw new DamagedSecretError(path);
  return secret;
}

/**
 * True where other accounts of this machine may read, change or exchange the kept secret; always false on Windows, which
 * has no such bits.
 */
export async function isSecretExposed(dataDirectory: string): Promise<boolean> {
  if (process.platform === "win32") return false;
  const [folder, file] = await Promise.all([stat(dataDirectory), stat(pathIn(dataDirectory))]);
  // Whoever may write to a folder may put a file of their own in another's place, unless its sticky bit is set.
  const isExchangeable = (folder.mode & 0o1002) === 0o002;
  return isExchangeable || (file.mode & 0o077) !== 0;
}

/** Written in full beside its place first, so that no other process and no crash ever sees half of it. */
async function makeSecret(dataDirectory: string): Promise<string> {
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
  return (await findSessionSecret(dataDirectory)) as string;
}

function pathIn(dataDirectory: string): string {
  return join(dataDirectory, "session-secret");
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
