import { explainStartError as explain } from "../../sign-in/opening/start-errors.ts";
import { withSources } from "../log/sources.ts";

/** Thrown where there is an .env that cannot be read. */
export class UnreadableDotenvError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = "UnreadableDotenvError";
  }
}

/** Why nothing was started, why it matters and what to do, for whoever reads the terminal. */
export function explainStartError(
  thrown: unknown,
  config: { dataDirectory: string } | undefined,
): string {
  if (thrown instanceof UnreadableDotenvError) {
    return `Nothing was started. .env is there and cannot be read (${thrown.message}).\nGoing on without it would run with other settings than you gave. Make it a file that you may read.`;
  }
  return withSources(explain(thrown, config?.dataDirectory));
}
