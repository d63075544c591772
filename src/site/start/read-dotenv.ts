import { config as readDotenv } from "dotenv";
import { UnreadableDotenvError } from "./start-errors.ts";

/**
 * The environment, with the settings of `.env` put into it where they are not set already. No file is fine; one that
 * cannot be read throws an UnreadableDotenvError, since its settings would be missing in silence.
 */
export function readSettings(): NodeJS.ProcessEnv {
  const { error } = readDotenv({ quiet: true });
  if (error && (error as NodeJS.ErrnoException).code !== "ENOENT") {
    throw new UnreadableDotenvError(error);
  }
  return process.env;
}
