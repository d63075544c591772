import { randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { parse } from "dotenv";

/** The settings of an `.env`; empty where there is none. */
export async function readDotenv(
  path: string,
): Promise<{ text: string; settings: Record<string, string> }> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return { text, settings: parse(text) };
}

/**
 * Puts settings into an `.env` and leaves everything else in it as it is: each in the place of its old line, new ones
 * at the end. The file is for its owner alone, since it holds the client secret, and whole at every moment.
 */
export async function writeDotenv(path: string, settings: Record<string, string>): Promise<void> {
  const { text } = await readDotenv(path);
  const begun = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    await writeFile(begun, withSettings(text, settings), { mode: 0o600 });
    await rename(begun, path);
  } catch (error) {
    await rm(begun, { force: true });
    throw error;
  }
}

function withSettings(text: string, settings: Record<string, string>): string {
  const left = new Map(Object.entries(settings));
  const lines = text.split("\n").flatMap((line) => {
    const name = /^\s*(?:export\s+)?([\w.-]+)\s*=/.exec(line)?.[1] ?? "";
    if (!(name in settings)) return [line];
    const value = left.get(name);
    left.delete(name);
    // A second line of the same name would win over the first.
    return value === undefined ? [] : [`${name}=${value}`];
  });
  const kept = lines.join("\n").trimEnd();
  const added = [...left].map(([name, value]) => `${name}=${value}`);
  return `${[...(kept ? [kept] : []), ...added].join("\n")}\n`;
}
