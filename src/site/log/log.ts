import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "../settings/config.ts";
import { withSources } from "./sources.ts";
import { type Output, standardOutput } from "./standard-output.ts";

/** A log that is pretty where a person watches the terminal and JSON everywhere else. */
export async function createLog(
  level: LogLevel,
  output: Output = standardOutput(),
): Promise<Logger> {
  const serializers = { err: described };
  const stream = output.isTTY ? await prettyStream(output) : output;
  return pino({ level, base: null, serializers }, stream);
}

function described(error: Error) {
  const facts = pino.stdSerializers.err(error);
  return typeof facts?.stack === "string" ? { ...facts, stack: withSources(facts.stack) } : facts;
}

/** A request is one short line; what an operator would search by is left to the JSON. */
async function prettyStream(destination: DestinationStream): Promise<DestinationStream> {
  const { default: pretty } = await import("pino-pretty");
  const stream = pretty({
    destination,
    sync: true,
    singleLine: true,
    translateTime: "SYS:HH:MM:ss",
    ignore: "requestId,method,path,status,ms",
    messageFormat: ({ msg, method, path, status, ms, requestId }) =>
      msg === "request"
        ? `${method} ${path} ${status} ${ms} ms`
        : `${oneLine(String(msg))}${requestId ? ` (${requestId})` : ""}`,
  });
  return { write: (entry) => void stream.write(showControls(entry)) };
}

/** A second line would look like an entry of its own. */
function oneLine(text: string): string {
  return text.replaceAll("\n", "\\n");
}

/** An entry (JSON) whose texts spell out what a terminal would obey: escapes, and marks that turn text around (IN-8). */
function showControls(entry: string): string {
  return entry.replace(
    /\\(?:\\|[bfr]|u00[01][\da-f])|[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (found) => {
      if (found === "\\\\") return found;
      return found.startsWith("\\") ? `\\${found}` : `\\\\u${codeOf(found)}`;
    },
  );
}

function codeOf(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, "0");
}
