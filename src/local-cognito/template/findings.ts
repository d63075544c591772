import { PoolFileError } from "../pool/pool-file.ts";

/** What is found while templates are read: what must be mended, what has to be said, and what does nothing here. */
export class Findings {
  readonly problems: string[] = [];
  readonly #warnings: string[] = [];
  readonly #notSimulated: string[] = [];

  problem(path: string, what: string): void {
    const problem = `${path}: ${what}`;
    if (!this.problems.includes(problem)) this.problems.push(problem);
  }

  warn(path: string, what: string): void {
    this.#warnings.push(`${path}: ${what}`);
  }

  notSimulated(path: string): void {
    this.#notSimulated.push(path);
  }

  /** Takes over what was found in a part; in one that is not used, what AWS would refuse is no more than a warning. */
  add(part: Findings, isUsed: boolean): void {
    if (isUsed) {
      this.problems.push(...part.problems.filter((problem) => !this.problems.includes(problem)));
      this.#warnings.push(...part.#warnings);
      this.#notSimulated.push(...part.#notSimulated);
    } else {
      this.#warnings.push(
        ...part.problems.map((problem) => `${problem} Local Cognito does not use it.`),
      );
    }
  }

  /** A line each; what is not simulated is in one of them. */
  get warnings(): string[] {
    const [first] = this.#notSimulated;
    if (first === undefined) return this.#warnings;
    return [...this.#warnings, `not simulated: ${this.#notSimulated.join(", ")}`];
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
