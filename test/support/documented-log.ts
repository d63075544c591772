import { firstColumn, rows } from "../documents/support/documents.ts";

const page = "docs/operating.md";
const fields = new Set(firstColumn(page, "The log"));
const codes = new Set(firstColumn(page, "Codes"));
const events = new Set(
  rows(page, "Events").map(([event = "", outcome = ""]) => `${event} ${outcome}`),
);
/** Fields of the tests' own logger. */
const notOurs = ["pid", "hostname"];

let undocumented = new Set<string>();

/** Looks whether the entries of a log, where a text is one, hold nothing but what docs/operating.md tells operators of. */
export function noteEntries(text: string): void {
  if (!text.includes('"level":')) return;
  for (const line of text.split("\n")) noteEntry(line);
}

/** What was found since the last time. */
export function takeUndocumented(): string[] {
  const found = [...undocumented].map(
    (what) => `${page} does not list ${what}, which the log has.`,
  );
  undocumented = new Set();
  return found;
}

function noteEntry(line: string): void {
  const entry = parsed(line);
  if (typeof entry?.level !== "number" || typeof entry.msg !== "string") return;
  for (const name of Object.keys(entry)) {
    if (!fields.has(name) && !notOurs.includes(name)) undocumented.add(`the field ${name}`);
  }
  const { code, event, outcome, kind } = entry;
  if (code !== undefined && !codes.has(String(code))) undocumented.add(`the code ${code}`);
  const asListed = `\`${event}\` \`${outcome ?? kind}\``;
  if (event !== undefined && !events.has(asListed)) undocumented.add(`the event ${asListed}`);
}

function parsed(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
