import { PoolFileError } from "../pool/pool-file.ts";

/** What is found while templates are read: what must be mended, what has to be said, and what does nothing here; each once. */
export class Findings {
  readonly problems: string[] = [];
  readonly #warnings = new Set<string>();
  readonly #notSimulated = new Set<string>();

  problem(path: string, what: string): void {
    const problem = `${path}: ${what}`;
    if (!this.problems.includes(problem)) this.problems.push(problem);
  }

  warn(path: string, what: string): void {
    this.#warnings.add(`${path}: ${what}`);
  }

  notSimulated(path: string): void {
    this.#notSimulated.add(path);
  }

  /** Takes over what was found in a part; in one that is not used, what AWS would refuse is no more than a warning. */
  add(part: Findings, isUsed: boolean): void {
    if (isUsed) {
      this.problems.push(...part.problems.filter((problem) => !this.problems.includes(problem)));
      for (const warning of part.#warnings) this.#warnings.add(warning);
      for (const path of part.#notSimulated) this.#notSimulated.add(path);
    } else {
      for (const problem of part.problems) {
        this.#warnings.add(`${problem} Local Cognito does not use it.`);
      }
    }
  }

  /** A line each; what is not simulated is in one of them. */
  get warnings(): string[] {
    if (this.#notSimulated.size === 0) return [...this.#warnings];
    return [...this.#warnings, `not simulated: ${[...this.#notSimulated].join(", ")}`];
  }

  assertNoProblems(): void {
    if (this.problems.length > 0) throw new PoolFileError(this.problems);
  }
}

/** The path of a part: `Schema[0].Name` of "Schema", 0 and "Name". */
export function pathOf(start: string, ...steps: PropertyKey[]): string {
  const texts = steps.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`));
  return start + texts.join("");
}
