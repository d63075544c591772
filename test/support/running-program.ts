import { spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { temporaryDirectory } from "./temporary-directory.ts";

/** A program that runs until the test is over. */
export interface RunningProgram {
  /** The first output that matches; throws where the program ends without. */
  says(pattern: RegExp): Promise<RegExpMatchArray>;
}

/** Runs a program in a home of its own: Firefox refuses one of another user, as some containers have it. */
export async function runProgram(
  program: string,
  words: string[],
  env: Record<string, string> = {},
): Promise<RunningProgram> {
  const home = await temporaryDirectory();
  const child = spawn(program, words, {
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: home, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      child.emit("output");
    });
  }
  const ended = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  return {
    async says(pattern) {
      for (;;) {
        const match = output.match(pattern);
        if (match) return match;
        const goesOn = once(child, "output").then(() => true);
        if (!(await Promise.race([goesOn, ended.then(() => false)])))
          throw new Error(`${program} ended without saying ${pattern}:\n${output}`);
      }
    },
  };
}
