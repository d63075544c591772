import { printable } from "../printable.ts";

const longest = 300;

/**
 * Cognito's own words for an error (RFC 6749 §4.1.2.1, §5.2), fit for the log: printable, and 300 characters at most.
 * Undefined where it says nothing. Nobody else may read them: AWS does not promise what they say, and anybody can write some.
 */
export function errorDescription(description: unknown): string | undefined {
  if (typeof description !== "string" || description === "") return undefined;
  const words = printable(description.slice(0, longest));
  return description.length > longest ? `${words}…` : words;
}
