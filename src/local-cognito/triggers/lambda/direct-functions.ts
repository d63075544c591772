import type { TriggerFunctions } from "../events.ts";
import type { Invoked } from "./instance.ts";
import { asJson, type InvocationFacts, invoke, type LambdaFunction } from "./invocation.ts";

/**
 * Functions of this process, as a test gives them: they see its variables, and an endless loop of theirs stops it. The
 * event is a copy and the answer is read as JSON, as where they are called from afar.
 */
export class DirectFunctions {
  readonly #functions: Record<string, LambdaFunction | undefined>;

  constructor(functions: TriggerFunctions) {
    this.#functions = functions as Record<string, LambdaFunction>;
  }

  async exportNames(): Promise<string[]> {
    const given = Object.entries(this.#functions);
    return given.filter(([, fn]) => fn !== undefined).map(([name]) => name);
  }

  async invoke(
    name: string,
    event: unknown,
    facts: InvocationFacts,
    timeLimitMs: number,
  ): Promise<Invoked> {
    const fn = this.#functions[name];
    if (!fn) throw new Error(`There is no function ${name}.`);
    let timer: NodeJS.Timeout | undefined;
    const outOfTime = new Promise<"timed out">((resolve) => {
      timer = setTimeout(resolve, timeLimitMs, "timed out");
    });
    const invoked = invoke(fn, JSON.parse(JSON.stringify(event)), facts).then(asJson);
    const outcome = await Promise.race([invoked, outOfTime]);
    clearTimeout(timer);
    return outcome;
  }

  close(): void {}
}
