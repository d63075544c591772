import { parse } from "dotenv";
import type { Environment } from "../../sign-in/settings/environment.ts";
import { namesForNode, settingNames } from "../settings/names.ts";

/** A line that dotenv reads as a setting: `NAME=value`, `export NAME=value`, `NAME: value`. */
const assignment = /^\s*(?:export\s+)?([\w.-]+)(?:\s*=|:\s)\s*(.*)$/;

/**
 * What stands in an `.env` and does not count, or not as it stands there: each a sentence that names the line, and no
 * value. `env` is the environment without the file.
 */
export function dotenvNotes(text: string, env: Environment): string[] {
  const seen = new Set<string>();
  const parsed = parse(text);
  return assignmentsIn(text).flatMap(({ line, name, value }) => {
    const at = `.env, line ${line}:`;
    if (name === undefined)
      return [`${at} this is no setting, and is passed over. Write NAME=value.`];
    const problems = [
      nameProblem(name),
      seen.has(name) ? `${name} is there twice, and the last one counts.` : undefined,
      cutProblem(name, value),
      env[name] !== undefined && env[name] !== parsed[name]
        ? `${name} does not count: the environment has another value for it.`
        : undefined,
    ];
    seen.add(name);
    return problems.filter((problem) => problem !== undefined).map((problem) => `${at} ${problem}`);
  });
}

interface Assignment {
  line: number;
  /** Undefined for a line that makes no sense. */
  name: string | undefined;
  value: string;
}

/** Lines of a value in quotes that goes on after its first line are no lines of their own. */
function assignmentsIn(text: string): Assignment[] {
  const found: Assignment[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  let openQuote: string | undefined;
  for (const [index, line] of lines.entries()) {
    if (openQuote) {
      if (line.includes(openQuote)) openQuote = undefined;
      continue;
    }
    if (/^\s*(#|$)/.test(line)) continue;
    const [, name, value = ""] = assignment.exec(line) ?? [];
    found.push({ line: index + 1, name, value });
    const [quote] = /^["'`]/.exec(value) ?? [];
    const hasEnd = quote !== undefined && value.indexOf(quote, 1) > 0;
    const goesOn = quote && lines.slice(index + 1).some((later) => later.includes(quote));
    if (goesOn && !hasEnd) openQuote = quote;
  }
  return found;
}

function nameProblem(name: string): string | undefined {
  if (settingNames.includes(name)) return undefined;
  if (namesForNode.includes(name)) {
    return `${name} does not count here: Node reads it before it reads this file. Set it in the environment.`;
  }
  const meant = settingNames.find((known) => isLike(name.toUpperCase(), known));
  return meant && `there is no setting ${name}, and it does not count. Do you mean ${meant}?`;
}

/** dotenv takes # for the beginning of a comment wherever there are no quotes. */
function cutProblem(name: string, value: string): string | undefined {
  if (/^["'`]/.test(value) || !/^#\S|\S#/.test(value)) return undefined;
  return `${name} is cut off at #, which begins a comment. Put quotes around the value.`;
}

/** Two letters missing, too many, wrong or changed over; other dashes; or the name that other software has for it. */
function isLike(name: string, known: string): boolean {
  const [a = "", b = ""] = [name, known].map((text) =>
    text.replace(/^(?:AWS_|COGNITO_)+/, "").replace(/[_.-]/g, ""),
  );
  return distance(a, b) <= (b.length > 6 ? 2 : Number(b.length > 3));
}

/** How many letters have to be put in, taken out or exchanged (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const exchange = (row[j] ?? 0) + Number(letter !== other);
      next.push(Math.min(exchange, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
