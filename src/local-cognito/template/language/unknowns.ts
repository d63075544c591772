import type { Findings } from "../findings.ts";
import { StandIn, textOf, type Unknown } from "./stand-in.ts";

/** What is unknown of the templates that are read together, each thing once. */
export class Unknowns {
  readonly #known = new Map<string, Unknown>();
  readonly #asked = new Set<string>();
  readonly #given: Record<string, string>;

  /** With the values that are given for some of it. */
  constructor(given: Record<string, string>) {
    this.#given = given;
  }

  /** What is given for something that only AWS knows, or else a stand-in for it. */
  valueOf(name: string, path: string, text?: string): string | StandIn {
    this.#asked.add(name);
    return this.#given[name] ?? this.standIn(name, path, { text });
  }

  /** True where a template has to do with something of that name. */
  has(name: string): boolean {
    return this.#asked.has(name);
  }

  standIn(
    name: string,
    path: string,
    {
      text = textOf(name),
      isMissing = false,
    }: { text?: string | undefined; isMissing?: boolean } = {},
  ): StandIn {
    const unknown = this.#known.get(name) ?? { name, text, isMissing, usedAt: [] };
    this.#known.set(name, unknown);
    return new StandIn([{ unknown, path }]);
  }

  /** Says what was used: a missing parameter is a problem, and for whatever else something stands in. */
  report(findings: Findings): void {
    for (const { name, text, usedAs = text, isMissing, usedAt } of this.#known.values()) {
      // What rules say of a value that is not known is for AWS to decide.
      const paths = usedAt.filter((path) => !path.startsWith("Rules."));
      const [first] = paths;
      if (first === undefined) continue;
      if (isMissing) {
        findings.problem(
          `Parameters.${name}`,
          `has no default and is given no value: --parameter ${name}=VALUE. ${first} needs it.`,
        );
      } else findings.warn(placesOf(paths), wordsFor(name, usedAs, first));
    }
  }
}

function placesOf([first = "", ...others]: string[]): string {
  return others.length > 0 ? `${first} (and ${others.length} more)` : first;
}

function wordsFor(name: string, text: string, path: string): string {
  const flags = [...flagsFor(path), `--parameter '${name}=VALUE'`].join(" or ");
  if (path.startsWith("Conditions.")) {
    return `only AWS knows ${name}, so it equals nothing here; ${flags} says what it is.`;
  }
  return `only AWS knows ${name}; ${text} stands for it. ${flags} gives a better one.`;
}

function flagsFor(path: string): string[] {
  if (/\.(CallbackURLs|DefaultRedirectURI)\b/.test(path)) return ["--callback-url URL"];
  return /\.LogoutURLs\b/.test(path) ? ["--sign-out-url URL"] : [];
}
