import { appendFileSync } from "node:fs";
import { noteEntries } from "./documented-log.ts";

/** Where an output holds a secret, fit for a test's failure message. */
export type Leak = string;

/** Any 16 characters in a row that a secret begins or ends with give it away, wherever an output was cut. */
const windowLength = 16;
const windows = new Map<string, string>();
/** Which four characters windows begin with, hashed: nearly everywhere in an output a look at these will do. */
const beginnings = new Uint8Array(2 ** 20);
const noted = new Set<string>();
let outputs: string[] = [];
let counts = { secrets: 0, outputs: 0, characters: 0, hits: 0 };

/**
 * Notes a secret that no output may hold from now on, whole and in the parts between its dots. Short or monotonous
 * ones are passed over: chance or a test's own words could write them (CF-2).
 */
export function noteSecret(kind: string, secret: unknown): void {
  // The same cookie comes with request after request.
  if (typeof secret !== "string" || noted.has(secret)) return;
  noted.add(secret);
  const text = decoded(secret);
  for (const part of new Set([secret, text, ...text.split(/[^\w-]+/)])) {
    if (part.length < windowLength || isMonotonous(part)) continue;
    for (const window of [part.slice(0, windowLength), part.slice(-windowLength)]) {
      windows.set(window, kind);
      let hash = 0;
      for (let at = 0; at < 4; at += 1) hash = hashOfLastFour(hash, window.charCodeAt(at));
      beginnings[hash] = 1;
    }
    counts.secrets += 1;
  }
}

/** Notes what the app has written somewhere: a line of its log, or all that a process printed. */
export function noteOutput(text: string): void {
  outputs.push(text);
  noteEntries(text);
}

/** Searches every output since the last search for every secret that this process has noted so far. */
export function findLeaks(): Leak[] {
  const searched = outputs;
  outputs = [];
  const leaks = searched.flatMap(leaksIn);
  counts.outputs += searched.length;
  counts.characters += searched.reduce((sum, { length }) => sum + length, 0);
  return leaks;
}

/** The same at the end of a test, where whatever is found is a failure and counts as a hit. */
export function takeLeaks(): Leak[] {
  const leaks = findLeaks();
  counts.hits += leaks.length;
  return leaks;
}

/** Adds what was searched since the last time to the file that CANARY_REPORT names, one line of JSON, if it names one. */
export function reportCounts(): void {
  const path = process.env.CANARY_REPORT;
  if (path) appendFileSync(path, `${JSON.stringify(counts)}\n`);
  counts = { secrets: 0, outputs: 0, characters: 0, hits: 0 };
}

/** The kinds of secret in a text, each once. */
function leaksIn(text: string): Leak[] {
  const kinds = new Set<string>();
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) {
    hash = hashOfLastFour(hash, text.charCodeAt(at));
    if (!beginnings[hash]) continue;
    const kind = windows.get(text.slice(at - 3, at - 3 + windowLength));
    if (kind !== undefined) kinds.add(kind);
  }
  return [...kinds].map((kind) => `An output holds a secret (${kind}): ${text.slice(0, 500)}`);
}

/** Looks no further than it must: a token of a thousand characters has eight different ones among its first ten. */
function isMonotonous(text: string): boolean {
  const seen = new Set<string>();
  for (const character of text) if (seen.add(character).size === 8) return false;
  return true;
}

/** Twenty bits, of which each character moves those of the fourth before it out. */
function hashOfLastFour(hash: number, charCode: number): number {
  return ((hash << 5) ^ charCode) & 0xfffff;
}

function decoded(text: string): string {
  try {
    return text.includes("%") ? decodeURIComponent(text) : text;
  } catch {
    return text;
  }
}
