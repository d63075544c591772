import { readFile } from "node:fs/promises";

/** Thrown where a template or a file of users says what AWS would refuse, or cannot be read; the message lists it all. */
export class PoolFileError extends Error {
  readonly problems: string[];

  /** Each problem begins with its path: `Resources.UserPool.Properties.MfaConfiguration: …`. */
  constructor(problems: string[], path = "The file") {
    super(
      `${path} cannot be used:\n${problems.map((problem) => `  ${problem}\n`).join("")}` +
        "Local Cognito is set up from it. Mend what is listed, and start again.",
    );
    this.name = "PoolFileError";
    this.problems = problems;
  }
}

/** The text of such a file, in UTF-8 or in UTF-16 as an older PowerShell writes it; throws PoolFileError where there is none that can be read. */
export async function readPoolFile(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
    return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes);
  } catch (error) {
    throw new PoolFileError([(error as Error).message], path);
  }
}

/** Has what is found wrong in a file said with its path. */
export async function naming<Result>(path: string, reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    throw error instanceof PoolFileError ? new PoolFileError(error.problems, path) : error;
  }
}
