import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "../config.ts";

/** A log that is pretty where a person watches the terminal and JSON everywhere else. */
export async function createLog(level: LogLevel): Promise<Logger> {
  return pino({ level, base: null }, process.stdout.isTTY ? await prettyStream() : process.stdout);
}

async function prettyStream(): Promise<DestinationStream> {
  const { default: pretty } = await import("pino-pretty");
  return pretty({ ignore: "requestId", translateTime: "SYS:HH:MM:ss", sync: true });
}
