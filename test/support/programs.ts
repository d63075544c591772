import { spawnSync } from "node:child_process";
import { relative } from "node:path";

/**
 * True where all these programs are on the PATH. Otherwise tests of that file have to be left out: that is said
 * aloud, and is an error where CI or TEST_REQUIRES_PROGRAMS is set.
 */
export function hasPrograms(programs: string[], testFile: string): boolean {
  const missing = programs.filter((name) => spawnSync(name, ["--version"]).error);
  if (missing.length === 0) return true;
  const file = relative(process.cwd(), new URL(testFile).pathname);
  const message = `LEFT OUT: tests of ${file}, since there is no ${missing.join(" and no ")} on the PATH.`;
  if (process.env.CI || process.env.TEST_REQUIRES_PROGRAMS) throw new Error(message);
  process.stderr.write(`\n${message}\n\n`);
  return false;
}
