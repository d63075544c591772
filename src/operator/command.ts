import type { DestinationStream } from "pino";
import { AppError } from "../sign-in/errors.ts";
import { plainLog, type SignInLog } from "../sign-in/events.ts";
import type { Environment } from "../sign-in/settings/environment.ts";
import { type Config, loadConfig } from "../site/settings/config.ts";
import { explainStartError } from "../site/start/start-errors.ts";
import { NoSessionsHereError } from "./no-sessions-here.ts";
import { carryOut, type Order } from "./orders.ts";

const usage = `Usage (npx sessions where the package is installed):
  npm run sessions -- list SUB    where a user is signed in
  npm run sessions -- end SUB     ends every session of a user

SUB is the user's "sub": "User ID" on the signed-in page, and in the console under User pools ▸ your pool ▸ Users.`;

export interface Terminal {
  /** Gets what the command has done, in words. */
  output: DestinationStream;
  /** Gets what went wrong, and the lines of the log. */
  errors: DestinationStream & { isTTY?: boolean };
}

/** `npm run sessions`: resolves to the exit code, which is 2 where the words make no order and 1 where it failed. */
export async function operatorCommand(
  words: string[],
  readSettings: () => Environment,
  { output, errors }: Terminal,
): Promise<0 | 1 | 2> {
  const order = readOrder(words);
  if (!order) {
    errors.write(`${usage}\n`);
    return 2;
  }
  let config: Config | undefined;
  try {
    config = loadConfig(readSettings());
    const log = await openLog(config.logLevel, errors);
    output.write(`${await carryOut(order, config, log)}\n`);
    return 0;
  } catch (error) {
    errors.write(`${explain(error, config)}\n`);
    return 1;
  }
}

/** The site's log. Others who install the package may have no pino: theirs are plain lines. */
async function openLog(level: Config["logLevel"], errors: Terminal["errors"]): Promise<SignInLog> {
  try {
    const { createLog } = await import("../site/log/log.ts");
    return await createLog(level, errors);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    return openPlainLog(level, errors);
  }
}

/** What is written where there is no pino, by the same setting. */
export function openPlainLog(level: Config["logLevel"], errors: Terminal["errors"]): SignInLog {
  const levels = ["error", "warn", "info"] as const;
  const most = { silent: 0, fatal: 0, error: 1, warn: 2, info: 3, debug: 3, trace: 3 }[level];
  return plainLog((line) => errors.write(line), levels.slice(0, most));
}

function readOrder(words: string[]): Order | undefined {
  const [does, sub, ...others] = words;
  if ((does !== "list" && does !== "end") || !sub || others.length > 0) return undefined;
  return { does, sub };
}

function explain(error: unknown, config: Config | undefined): string {
  if (error instanceof NoSessionsHereError) return error.message;
  if (error instanceof AppError) {
    return `The session store failed (${error.reason}). Sessions that were to end may be left.\nRun the command again.`;
  }
  return explainStartError(error, config).replace(/^Nothing was started\./, "Nothing was done.");
}
