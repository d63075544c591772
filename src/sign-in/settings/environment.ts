import type { Problem } from "./problems.ts";

/** `process.env`, or a literal in a test. */
export type Environment = Record<string, string | undefined>;

/** A setting as it was meant: without the blanks and newlines that copying adds, and undefined when nothing is left. */
export function setting(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

/** A whole number between two bounds, or the fallback: without a problem where nothing is set, with one noted otherwise. */
export function wholeNumber<Fallback extends number | undefined>(
  env: Environment,
  problems: Problem[],
  name: string,
  range: { fallback: Fallback; min: number; max: number; why: string },
): number | Fallback {
  const value = setting(env, name);
  if (value === undefined) return range.fallback;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= range.min && number <= range.max) return number;
  problems.push({
    setting: name,
    what: `is not a whole number from ${range.min} to ${range.max}.`,
    why: range.why,
    remedy: `Give such a number, or remove the line: the default is ${range.fallback ?? "none"}.`,
  });
  return range.fallback;
}

/** One of a few words, or the fallback with a problem noted. */
export function oneOf<Word extends string>(
  env: Environment,
  problems: Problem[],
  name: string,
  words: { allowed: readonly Word[]; fallback: Word; why: string },
): Word {
  const value = setting(env, name);
  if (value === undefined) return words.fallback;
  const word = words.allowed.find((allowed) => allowed === value);
  if (word !== undefined) return word;
  problems.push({
    setting: name,
    what: `is none of ${words.allowed.join(", ")}.`,
    why: words.why,
    remedy: `Use one of these words, or remove the line: the default is ${words.fallback}.`,
  });
  return words.fallback;
}

/** The parts of a list such as `a,b` or `a b`, without blanks and empty parts. */
export function listOf(value: string, separator: string | RegExp): string[] {
  return value
    .split(separator)
    .map((part) => part.trim())
    .filter(Boolean);
}
