import { pathToFileURL } from "node:url";
import {
  asJson,
  type InvocationFacts,
  invoke,
  type LambdaFunction,
  type Outcome,
} from "./invocation.ts";
import { asLambdaError, type LambdaError } from "./lambda-error.ts";
import { watchLoadedFiles } from "./loaded-files.ts";

/** What the process is asked: to call the function of that name with an event, written as JSON. */
export interface Call {
  exportName: string;
  event: string;
  facts: InvocationFacts;
}

/** What the process says: that it runs, that the file is loaded, how a call ended, or that it ends itself. */
export type Word =
  | { says: "started" }
  | { says: "loaded"; exportNames: string[]; files: string[] }
  | { says: "answered"; outcome: Outcome; files: string[] }
  | { says: "failed"; error: LambdaError };

/** What is to happen when the event loop has nothing left to do. */
let whenDrained: (() => void) | undefined;

process.on("beforeExit", () => whenDrained?.());
process.on("disconnect", () => process.exit());
process.on("uncaughtException", (error) => fail(asLambdaError(error)));
process.on("unhandledRejection", (reason) =>
  fail({
    ...asLambdaError(reason),
    errorType: "Runtime.UnhandledPromiseRejection",
    errorMessage: String(reason),
  }),
);

process.on("message", async ({ exportName, event, facts }: Call) => {
  const exported = await loaded;
  // While the function runs, only what it waits for keeps the loop alive.
  process.channel?.unref();
  const outcome = await call(find(exported, exportName), exportName, JSON.parse(event), facts);
  process.channel?.ref();
  say({ says: "answered", outcome, files: loadedFiles() });
});

say({ says: "started" });
const loadedFiles = watchLoadedFiles();
// A file that waits for what never comes ends here, as a function does.
process.channel?.unref();
const loaded = load(process.argv[2] ?? "");
const exportNames = functionNames(await loaded);
process.channel?.ref();
say({ says: "loaded", exportNames, files: loadedFiles() });

async function call(
  fn: LambdaFunction | undefined,
  exportName: string,
  event: unknown,
  facts: InvocationFacts,
): Promise<Outcome> {
  if (!fn) {
    const errorMessage = `${exportName} is undefined or not exported`;
    return { error: { errorType: "Runtime.HandlerNotFound", errorMessage } };
  }
  return asJson(
    await invoke(fn, event, facts, (act) => {
      whenDrained = act;
    }),
  );
}

type Exported = Record<string, unknown>;

async function load(file: string): Promise<Exported> {
  try {
    const { default: whole, ...named } = await import(pathToFileURL(file).href);
    // A CommonJS module is the default export; of some, Node cannot see the names of what they export.
    const ofDefault = typeof whole === "object" || typeof whole === "function" ? whole : {};
    return { ...ofDefault, ...named };
  } catch (error) {
    const isOfRuntime =
      error instanceof SyntaxError || /MODULE_NOT_FOUND$/.test((error as { code: string }).code);
    const described = asLambdaError(error);
    fail(isOfRuntime ? { ...described, errorMessage: String(error) } : described);
    return {};
  }
}

function functionNames(exported: Exported): string[] {
  return Object.keys(exported).filter((name) => find(exported, name));
}

/** A handler may lie deeper: `index.handlers.preSignUp`. */
function find(exported: Exported, exportName: string): LambdaFunction | undefined {
  let found: unknown = exported;
  for (const name of exportName.split(".")) {
    found = (found as Exported | undefined)?.[name];
  }
  return typeof found === "function" ? (found as LambdaFunction) : undefined;
}

function fail(error: LambdaError): void {
  process.send?.({ says: "failed", error } satisfies Word, () => process.exit(1));
}

function say(word: Word): void {
  process.send?.(word);
}
