import { PoolFileError } from "../pool/pool-file.ts";

/** What is found while a template is read: what must be mended, and what only has to be said. */
export class Findings {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];

  problem(path: string, what: string): void {
    this.problems.push(`${path}: ${what}`);
  }

  warn(path: string, what: string): void {
    this.warnings.push(`${path}: ${what}`);
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
