import { randomBytes } from "node:crypto";
import { asLambdaError, type LambdaError } from "./lambda-error.ts";

/** A function as Lambda takes it: async, or with a callback, or with `context.done`, `succeed` and `fail`. */
export type LambdaFunction = (event: never, context: never, callback: never) => unknown;

/** What a function is told of its own call. */
export interface InvocationFacts {
  requestId: string;
  functionName: string;
  functionArn: string;
  /** Milliseconds since 1970. */
  deadline: number;
}

export type Outcome =
  | { answer: unknown; error?: undefined; hint?: string }
  | { answer?: undefined; error: LambdaError };

/**
 * Calls the function as Lambda's Node runtime does, and settles once, with its first answer. `onDrained` is given what
 * to do when nothing more is left to happen: an answer of the callback is complete then, and a function without one
 * has answered null. Where that cannot be seen it is undefined; an answer of the callback then counts at once.
 */
export function invoke(
  fn: LambdaFunction,
  event: unknown,
  facts: InvocationFacts,
  onDrained?: (act: (() => void) | undefined) => void,
): Promise<Outcome> {
  return new Promise((resolve) => {
    let waitsForEmptyEventLoop = true;
    const settle = (outcome: Outcome) => {
      onDrained?.(undefined);
      resolve(outcome);
    };
    const fail = (error: unknown) => settle({ error: asLambdaError(error ?? "handled") });
    const succeed = (answer?: unknown) => settle({ answer });
    const done = (error: unknown, answer?: unknown) =>
      error === undefined || error === null ? succeed(answer) : fail(error);
    const callback = (error: unknown, answer?: unknown) => {
      const isFailure = error !== undefined && error !== null;
      if (!isFailure && waitsForEmptyEventLoop && onDrained) onDrained(() => succeed(answer));
      else done(error, answer);
    };
    const context = {
      ...describe(facts),
      get callbackWaitsForEmptyEventLoop() {
        return waitsForEmptyEventLoop;
      },
      set callbackWaitsForEmptyEventLoop(waits: boolean) {
        waitsForEmptyEventLoop = waits;
      },
      done,
      succeed,
      fail,
    };
    onDrained?.(() => settle({ answer: null, hint: nothingAnswered }));
    let returned: unknown;
    try {
      returned = fn(event as never, context as never, callback as never);
    } catch (error) {
      fail(error);
      return;
    }
    if (isThenable(returned)) returned.then(succeed, fail);
    else if (returned !== undefined && !onDrained) settle({ answer: null, hint: returnedInVain });
  });
}

/** The outcome as whoever called gets it: members of an answer that are undefined go, dates become texts. */
export function asJson(outcome: Outcome): Outcome {
  if (outcome.error) return outcome;
  try {
    return { ...outcome, answer: JSON.parse(JSON.stringify(outcome.answer ?? null)) };
  } catch {
    const errorMessage = "Unable to stringify response body";
    return { error: { errorType: "Runtime.UnhandledError", errorMessage } };
  }
}

const nothingAnswered =
  "It ended without an answer. Lambda ignores what a function returns unless it is async: make it async, or call the callback.";
const returnedInVain =
  "It returned its answer without being async, which Lambda ignores: make it async, or call the callback.";

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}

function describe({ requestId, functionName, functionArn, deadline }: InvocationFacts) {
  const today = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  return {
    awsRequestId: requestId,
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: functionArn,
    memoryLimitInMB: "128",
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `${today}/[$LATEST]${randomBytes(16).toString("hex")}`,
    identity: undefined,
    clientContext: undefined,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}
