import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "../config.ts";

/** A log that is pretty where a person watches the terminal and JSON everywhere else. */
export async function createLog(level: LogLevel): Promise<Logger> {
  return pino({ level, base: null }, process.stdout.isTTY ? await prettyStream() : process.stdout);
}

/** A request is one short line; what an operator would search by is left to the JSON. */
async function prettyStream(): Promise<DestinationStream> {
  const { default: pretty } = await import("pino-pretty");
  return pretty({
    sync: true,
    singleLine: true,
    translateTime: "SYS:HH:MM:ss",
    ignore: "requestId,method,path,status,ms",
    messageFormat: ({ msg, method, path, status, ms, requestId }) =>
      msg === "request"
        ? `${method} ${path} ${status} ${ms} ms`
        : `${msg}${requestId ? ` (${requestId})` : ""}`,
  });
}
