/** One thing wrong with the settings, in the operator's words. Names the setting, never a value that may be secret. */
export interface Problem {
  setting: string;
  /** What is wrong, as the end of a sentence that begins with the setting's name. */
  what: string;
  why: string;
  remedy: string;
}

/** Thrown by `loadConfig`: every problem at once, so that nobody mends them one start at a time. */
export class ConfigError extends Error {
  readonly problems: Problem[];

  constructor(problems: Problem[]) {
    super(describe(problems));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

function describe(problems: Problem[]): string {
  const count = problems.length === 1 ? "One setting needs" : `${problems.length} settings need`;
  const entries = problems.map(
    ({ setting, what, why, remedy }) => `${setting} ${what}\n  ${why}\n  ${remedy}`,
  );
  return [`Nothing was started. ${count} your attention.`, ...entries].join("\n\n");
}
