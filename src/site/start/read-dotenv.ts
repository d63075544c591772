import { readFileSync } from "node:fs";
import { parse, populate } from "dotenv";
import { dotenvNotes } from "./dotenv-notes.ts";
import { UnreadableDotenvError } from "./start-errors.ts";

let notes: string[] = [];

/**
 * The environment, with the settings of `.env` put into it where they are not set already. No file is fine; one that
 * cannot be read throws an UnreadableDotenvError, since its settings would be missing in silence.
 */
export function readSettings(): NodeJS.ProcessEnv {
  const file = readDotenv();
  if (!file) return process.env;
  notes = [...file.notes, ...dotenvNotes(file.text, { ...process.env })];
  populate(process.env as Record<string, string>, parse(file.text));
  return process.env;
}

/** What `readSettings` found in `.env` that does not count as it stands there, in sentences without values. */
export function notesOnSettings(): string[] {
  return notes;
}

function readDotenv(): { text: string; notes: string[] } | undefined {
  try {
    return decode(readFileSync(".env"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new UnreadableDotenvError(error as Error);
  }
}

/** An older PowerShell writes what is sent into a file (`>`) in UTF-16. */
function decode(bytes: Buffer): { text: string; notes: string[] } {
  const encoding = { fffe: "utf-16le", feff: "utf-16be" }[bytes.toString("hex", 0, 2)];
  const text = new TextDecoder(encoding ?? "utf-8").decode(bytes);
  if (encoding) {
    return {
      text,
      notes: [
        ".env is in UTF-16. Its settings count here; save it in UTF-8, since other programs do not read it.",
      ],
    };
  }
  if (text.includes("\0"))
    throw new Error("it holds zero bytes, as UTF-16 without a mark does; save it in UTF-8");
  return { text, notes: [] };
}
