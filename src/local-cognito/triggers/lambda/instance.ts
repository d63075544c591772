import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { join } from "node:path";
import { packageFolder } from "../../package-folder.ts";
import { FileStamps } from "./file-stamps.ts";
import type { Call, Word } from "./function-process.ts";
import type { Outcome } from "./invocation.ts";
import { asLambdaError, type LambdaError } from "./lambda-error.ts";
import { flagsToRun } from "./typescript.ts";

/** How a call ended: as the function had it, or without an answer in time. */
export type Invoked = Outcome | "timed out";

/** What is started by default: from the sources it takes four times as long. */
const ownProgram = join(
  packageFolder,
  import.meta.url.endsWith(".ts")
    ? "src/local-cognito/triggers/lambda/function-process.ts"
    : "dist/package/local-cognito/function-process.js",
);
const memoryLimit = "--max-old-space-size=512";

export interface Surroundings {
  environment(): NodeJS.ProcessEnv;
  /** Where the functions run; default is where this process does. */
  folder?: string | undefined;
  /** The built `function-process.ts`. */
  program?: string | undefined;
}

/**
 * A file of functions in a process of its own, as Lambda keeps one warm. It takes one call at a time. Its modules remember
 * what they know until one of them is edited. The functions can end that process at most.
 */
export class Instance {
  readonly #process: ChildProcess;
  readonly #words = new EventEmitter();
  readonly #stamps = new FileStamps();
  readonly #started: Promise<unknown>;
  readonly #loaded: Promise<string[]>;
  #failure: LambdaError | undefined;

  /** Throws NoTypeScriptError. */
  constructor(file: string, { environment, folder, program = ownProgram }: Surroundings) {
    const execArgv = [memoryLimit, ...flagsToRun(file, program)];
    this.#process = fork(program, [file], {
      execArgv,
      env: environment(),
      ...(folder !== undefined && { cwd: folder }),
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    // Whoever waits for an answer keeps this process running.
    this.#process.unref();
    this.#process.channel?.unref();
    this.#words.on("error", () => {});
    this.#process.on("message", (word: Word) => this.#hear(word));
    this.#process.on("error", (error) => this.#fail(asLambdaError(error)));
    this.#process.on("exit", (code, signal) => this.#fail(exitError(code, signal)));
    this.#started = once(this.#words, "started");
    this.#loaded = once(this.#words, "loaded").then(([names]) => names);
    // Told to those who ask.
    for (const step of [this.#started, this.#loaded]) step.catch(() => {});
  }

  /** True until its process has ended or a file that it has loaded is edited. */
  get isUsable(): boolean {
    return this.#failure === undefined && this.#stamps.areCurrent();
  }

  /** The names of the functions in the file; rejects with the LambdaError of a file that cannot be loaded. */
  exportNames(): Promise<string[]> {
    return this.#loaded;
  }

  /**
   * Calls a function. Loading the file is part of its time, starting the process is not. A call that takes longer ends the
   * process.
   */
  async invoke(call: Call, timeLimitMs: number): Promise<Invoked> {
    if (this.#failure) return { error: this.#failure };
    let outOfTime: AbortSignal | undefined;
    try {
      await this.#started;
      outOfTime = AbortSignal.timeout(timeLimitMs);
      const answered = once(this.#words, "answered", { signal: outOfTime });
      this.#process.send(call);
      const [outcome] = await answered;
      return outcome;
    } catch (error) {
      if (!outOfTime?.aborted) return { error: error as LambdaError };
      this.end();
      return "timed out";
    }
  }

  end(): void {
    this.#failure ??= exitError(null, "SIGKILL");
    this.#process.kill("SIGKILL");
  }

  #hear(word: Word): void {
    switch (word.says) {
      case "started":
        this.#words.emit("started");
        break;
      case "loaded":
        this.#stamps.add(word.files);
        this.#words.emit("loaded", word.exportNames);
        break;
      case "answered":
        this.#stamps.add(word.files);
        this.#words.emit("answered", word.outcome);
        break;
      case "failed":
        this.#fail(word.error);
    }
  }

  #fail(error: LambdaError): void {
    this.#failure ??= error;
    this.#words.emit("error", this.#failure);
  }
}

function exitError(code: number | null, signal: string | null): LambdaError {
  const how = code === null ? `signal: ${signal}` : `exit status ${code}`;
  const reason =
    code === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: ${how}`;
  return { errorType: "Runtime.ExitError", errorMessage: reason };
}
