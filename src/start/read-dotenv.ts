import { config as readDotenv } from "dotenv";
import { UnreadableDotenvError } from "./start-errors.ts";

/**
 * Puts the settings of `.env` into the environment, where they are not set already. No file is fine; one that cannot
 * be read throws an UnreadableDotenvError, since its settings would be missing in silence.
 */
export function readDotenvFile(): void {
  const { error } = readDotenv({ quiet: true });
  if (error && (error as NodeJS.ErrnoException).code !== "ENOENT") {
    throw new UnreadableDotenvError(error);
  }
}
