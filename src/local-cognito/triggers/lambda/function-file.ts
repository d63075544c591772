import { Instance, type Invoked, type Surroundings } from "./instance.ts";
import type { InvocationFacts } from "./invocation.ts";

/**
 * A file of functions, run as Lambda does: calls at the same time have an instance each, and one that is free again takes
 * the next. An edit of the file, or of a file that it imports, counts from the next call on.
 */
export class FunctionFile {
  readonly #file: string;
  readonly #surroundings: Surroundings;
  #idle: Instance[] = [];
  #isClosed = false;

  constructor(file: string, surroundings: Surroundings) {
    this.#file = file;
    this.#surroundings = surroundings;
  }

  /** The names of its functions; rejects with the LambdaError of a file that cannot be loaded, or NoTypeScriptError. */
  exportNames(): Promise<string[]> {
    return this.#use((instance) => instance.exportNames());
  }

  /** Throws NoTypeScriptError. */
  invoke(
    exportName: string,
    event: unknown,
    facts: InvocationFacts,
    timeLimitMs: number,
  ): Promise<Invoked> {
    const call = { exportName, event: JSON.stringify(event), facts };
    return this.#use((instance) => instance.invoke(call, timeLimitMs));
  }

  /** Ends its processes; those that are at work, as soon as they are done. */
  close(): void {
    this.#isClosed = true;
    for (const instance of this.#idle.splice(0)) instance.end();
  }

  async #use<T>(work: (instance: Instance) => Promise<T>): Promise<T> {
    const instance = this.#takeUsable() ?? new Instance(this.#file, this.#surroundings);
    try {
      return await work(instance);
    } finally {
      if (instance.isUsable && !this.#isClosed) this.#idle.push(instance);
      else instance.end();
    }
  }

  #takeUsable(): Instance | undefined {
    const usable = this.#idle.filter((instance) => instance.isUsable);
    const stale = this.#idle.filter((instance) => !usable.includes(instance));
    for (const instance of stale) instance.end();
    const taken = usable.pop();
    this.#idle = usable;
    return taken;
  }
}
