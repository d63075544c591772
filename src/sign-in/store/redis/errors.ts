import { ErrorReply } from "@redis/client";

/** The connection went while a command was on its way: nobody knows whether Redis has carried it out. */
export class ConnectionLostError extends Error {
  constructor(cause: Error) {
    super(reasonOf(cause), { cause });
    this.name = "ConnectionLostError";
  }
}

/** The word that a reply of Redis refuses with, such as OOM or READONLY; undefined for any other error. */
export function replyCode(error: unknown): string | undefined {
  if (!(error instanceof ErrorReply)) return undefined;
  return /^[A-Z]+\b/.exec(error.message)?.[0] ?? "an error";
}

/** Why Redis could not serve, for the log: of a reply the code alone, since the rest may repeat keys and values. */
export function reasonOf(error: unknown): string {
  const code = replyCode(error);
  if (code) return `Redis replied ${code}`;
  const { message, code: systemCode } = error as NodeJS.ErrnoException;
  return message || systemCode || String(error);
}
