import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
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
  const path = join(dataDirectory, "session-secret");
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const secret = (await readIfThere(path)) ?? (await makeSecret(path));
  if (!/^[0-9a-f]{64}$/.test(secret)) throw new DamagedSecretError(path);
  return secret;
}

/** Written in full beside its place first, so that no other process and no crash ever sees half of it. */
async function makeSecret(path: string): Promise<string> {
  const draft = `${path}.${process.pid}.draft`;
  const file = await open(draft, "w", 0o600);
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
  return (await readFile(path, "utf8")).trim();
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
