import { existsSync } from "node:fs";
import { relative } from "node:path";
import {
  type EventVersion,
  type FunctionCode,
  type FunctionPlace,
  type TriggerName,
  type TriggerSettings,
  triggerNames,
} from "../../pool/trigger-settings.ts";
import type { TriggerFunctions } from "../events.ts";
import { DirectFunctions } from "../lambda/direct-functions.ts";
import { FunctionFile } from "../lambda/function-file.ts";
import { InlineFunctions } from "../lambda/inline-functions.ts";
import type { Invoked } from "../lambda/instance.ts";
import type { InvocationFacts } from "../lambda/invocation.ts";
import type { LambdaError } from "../lambda/lambda-error.ts";
import { flagsToRun } from "../lambda/typescript.ts";
import { checkTriggers } from "./trigger-check.ts";
import { triggerOf } from "./trigger-names.ts";

/** The function behind a trigger. */
export interface FoundFunction {
  functionName: string;
  /** Its file, or that the template has it; undefined for a function of this process. */
  from?: string | undefined;
  version: EventVersion;
  /** Rejects where the function cannot run here at all. */
  invoke(event: unknown, facts: InvocationFacts, timeLimitMs: number): Promise<Invoked>;
}

export interface Given {
  /** A module that names a function for each trigger, or such functions. */
  functions: string | TriggerFunctions | undefined;
  ofTemplate: TriggerSettings[];
  environment(own?: Record<string, string>): NodeJS.ProcessEnv;
  program: string | undefined;
}

export interface CheckedFunctions {
  /** What stands in the way of a trigger, or is never called; one sentence each. */
  problems: string[];
  /** The triggers that have a function here, with its file. */
  running: string[];
}

type Source = FunctionFile | DirectFunctions;

/** Finds the function behind each trigger: that of the module or the test, else that of the template. */
export class FoundFunctions {
  readonly #given: Given;
  readonly #source: Source | undefined;
  /** Of the template, by the function as it is set up: each has an environment of its own. */
  readonly #files = new Map<string, { file: string; source: FunctionFile }>();
  readonly #inline = new InlineFunctions();
  /** Of the module when it could be loaded last. */
  #names: string[] = [];

  constructor(given: Given) {
    const { functions, environment, program } = given;
    this.#given = given;
    if (typeof functions === "object") this.#source = new DirectFunctions(functions);
    if (typeof functions === "string") {
      this.#source = new FunctionFile(functions, { environment, program });
    }
  }

  /** Returns it; or the sentence that says why it is not here; or undefined where the pool has no such trigger. */
  async find(trigger: TriggerName): Promise<FoundFunction | string | undefined> {
    return this.#findAmong(await this.#exportNames(), trigger);
  }

  #findAmong(names: string[], trigger: TriggerName): FoundFunction | string | undefined {
    const settings = this.#given.ofTemplate.find((known) => known.trigger === trigger);
    const source = this.#source;
    const exportName = names.find((name) => triggerOf(name)?.trigger === trigger);
    if (source && exportName) {
      return {
        functionName: exportName,
        from: this.#module && relative("", this.#module),
        version: triggerOf(exportName)?.version ?? settings?.version ?? "V1",
        invoke: (event, facts, limit) => source.invoke(exportName, event, facts, limit),
      };
    }
    return settings && this.#inTemplate(settings);
  }

  /** Looks for every function. Throws where the module cannot be loaded. */
  async check(): Promise<CheckedFunctions> {
    const names = await this.#load().catch((thrown: unknown) => {
      throw notLoaded(this.#module, thrown);
    });
    const ofTemplate = this.#given.ofTemplate.map((settings) => {
      const found = this.#inTemplate(settings);
      return { ...settings, ...(typeof found === "string" && { whyNot: found }) };
    });
    const running = triggerNames.flatMap((trigger) => {
      const found = this.#findAmong(names, trigger);
      if (typeof found !== "object") return [];
      return [found.from === undefined ? trigger : `${trigger} (${found.from})`];
    });
    return { problems: checkTriggers(names, ofTemplate, this.#module), running };
  }

  get #module(): string | undefined {
    const { functions } = this.#given;
    return typeof functions === "string" ? functions : undefined;
  }

  close(): void {
    this.#source?.close();
    for (const { source } of this.#files.values()) source.close();
    this.#inline.close();
  }

  /** A build may put a function into another place, or take it away, while the pool runs. */
  #inTemplate(settings: TriggerSettings): FoundFunction | string {
    const { functionName, version = "V1", code } = settings;
    if (typeof code === "string") return code;
    const place = this.#placeOf(code);
    if (typeof place === "string") return place;
    const source = this.#sourceOf(settings, place);
    return {
      functionName,
      from: Array.isArray(code.places) ? relative("", place.file) : "inline code",
      version,
      invoke: (event, facts, limit) => source.invoke(code.exportName, event, facts, limit),
    };
  }

  /** One place at a time: the processes of a file that a build has moved end. */
  #sourceOf({ functionName, code, environment }: TriggerSettings, place: FunctionPlace) {
    const key = JSON.stringify([functionName, code, environment]);
    const known = this.#files.get(key);
    if (known?.file === place.file) return known.source;
    known?.source.close();
    const own = { AWS_LAMBDA_FUNCTION_NAME: functionName, ...environment };
    const source = new FunctionFile(place.file, {
      environment: () => this.#given.environment(own),
      folder: place.folder,
      program: this.#given.program,
    });
    this.#files.set(key, { file: place.file, source });
    return source;
  }

  #placeOf({ places }: FunctionCode): FunctionPlace | string {
    if (!Array.isArray(places)) return this.#inline.placeOf(places);
    const place = places.find(({ file }) => existsSync(file));
    if (!place) return nowhere(places);
    try {
      flagsToRun(place.file);
    } catch (error) {
      return (error as Error).message;
    }
    return place;
  }

  /** A module that is broken for the moment has the triggers that it had: calling one says what is wrong. */
  async #exportNames(): Promise<string[]> {
    try {
      return await this.#load();
    } catch {
      return this.#names;
    }
  }

  async #load(): Promise<string[]> {
    if (!this.#source) return [];
    this.#names = await this.#source.exportNames();
    return this.#names;
  }
}

/** What a file throws while it is loaded comes as a description. */
function notLoaded(file: string | undefined, thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  const { errorMessage, stack = "" } = thrown as LambdaError;
  return new Error(
    `${file} cannot be loaded: ${errorMessage}\nIts functions are the triggers of the pool. Mend it, and start again.\n${stack}`.trim(),
  );
}

function nowhere(places: FunctionPlace[]): string {
  const files = places.map(({ file }) => relative("", file));
  return `None of its files is there: ${files.join(", ")}.`;
}
