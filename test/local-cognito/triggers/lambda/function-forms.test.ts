import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FunctionFile } from "../../../../src/local-cognito/triggers/lambda/function-file.ts";
import { builtPart } from "../../../support/built-app.ts";
import { call, facts } from "./support/functions.ts";

const forms = `
let counted = 0;
const later = (act) => setTimeout(act, 5);
export const isAsync = async (event) => ({ ...event, by: "promise" });
export const givesThenable = () => ({ then: (resolve) => resolve({ by: "thenable" }) });
export const takesCallback = (event, context, callback) => callback(null, { ...event, by: "callback" });
export const takesCallbackLater = (event, context, callback) => { later(() => callback(undefined, { by: "callback" })); };
export const callsBackBeforeItsWorkIsDone = (event, context, callback) => {
  const answer = { by: "callback" };
  later(() => { answer.workIsDone = true; });
  callback(null, answer);
};
export const doesNotWaitForItsWork = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = false;
  setTimeout(() => {}, 100_000).unref();
  const timer = setInterval(() => {}, 1000);
  globalThis.timer = timer;
  callback(null, { by: "callback", waits: context.callbackWaitsForEmptyEventLoop });
};
export const clearsUp = async () => clearInterval(globalThis.timer);
export const isDone = (event, context) => { later(() => context.done(null, { by: "done" })); };
export const succeeds = (event, context) => context.succeed({ by: "succeed" });
export const answersTwice = (event, context, callback) => { context.succeed({ by: "first" }); callback(null, { by: "second" }); };
export const givesDates = async () => ({ at: new Date(0), left: undefined });
export const givesNothing = async () => {};
export const changesItsEvent = async (event) => { event.response.autoConfirmUser = true; return event; };
export const counts = async () => ++counted;
export const handlers = { signUp: { handler: async () => "deep" } };

export const returnsWithoutAsync = (event) => event;
export const endsWithoutAnswer = () => { later(() => {}); };
export const waitsForNothing = async () => { await new Promise(() => {}); };

export const throws = async () => { throw new TypeError("Not allowed."); };
export const throwsAtOnce = () => { throw new Error("Not allowed."); };
export const throwsText = async () => { throw "Not allowed."; };
export const throwsNothing = async () => { throw null; };
export const throwsAForeignError = async () => { throw { name: "Refusal", message: "Not allowed." }; };
export const callsBackWithError = (event, context, callback) => callback(new Error("Not allowed."));
export const callsBackWithText = (event, context, callback) => callback("Not allowed.");
export const isDoneWithError = (event, context) => context.done(new Error("Not allowed."));
export const fails = (event, context) => context.fail(new Error("Not allowed."));
export const isCircular = async () => { const answer = {}; answer.answer = answer; return answer; };
export const tellsItsContext = async (event, context) => ({
  ...context, remaining: context.getRemainingTimeInMillis(), name: process.env.FUNCTION, key: process.env.KEY,
});
export const changesTheEnvironment = async () => { process.env.KEY = "changed"; };
`;

let file: FunctionFile;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "triggers-"));
  const path = join(folder, "forms.mjs");
  await writeFile(path, forms);
  await utimes(path, 1, 1);
  file = new FunctionFile(path, {
    environment: () => ({ ...process.env, FUNCTION: "sign-up", KEY: "given" }),
    program: builtPart("function-process"),
  });
  return () => rm(folder, { recursive: true });
});

afterAll(() => file.close());

test("functions answer in every form that Lambda takes, one after the other in one place", async () => {
  const event = { userName: "mira", response: {} };
  const answer = async (name: string) => await call(file, name, { event });

  expect(await answer("isAsync")).toEqual({ answer: { ...event, by: "promise" } });
  expect(await answer("givesThenable")).toEqual({ answer: { by: "thenable" } });
  expect(await answer("takesCallback")).toEqual({ answer: { ...event, by: "callback" } });
  expect(await answer("takesCallbackLater")).toEqual({ answer: { by: "callback" } });
  expect(await answer("callsBackBeforeItsWorkIsDone")).toEqual({
    answer: { by: "callback", workIsDone: true },
  });
  expect(await answer("doesNotWaitForItsWork")).toEqual({
    answer: { by: "callback", waits: false },
  });
  await answer("clearsUp");
  expect(await answer("isDone")).toEqual({ answer: { by: "done" } });
  expect(await answer("succeeds")).toEqual({ answer: { by: "succeed" } });
  expect(await answer("answersTwice")).toEqual({ answer: { by: "first" } });
  expect(await answer("givesDates")).toEqual({ answer: { at: "1970-01-01T00:00:00.000Z" } });
  expect(await answer("givesNothing")).toEqual({ answer: null });
  expect(await answer("handlers.signUp.handler")).toEqual({ answer: "deep" });
  expect(await answer("changesItsEvent")).toEqual({
    answer: { userName: "mira", response: { autoConfirmUser: true } },
  });
  expect(event).toEqual({ userName: "mira", response: {} });
  expect([await answer("counts"), await answer("counts")]).toEqual([{ answer: 1 }, { answer: 2 }]);
});

test("a function that Lambda would not hear answers null, and is told why", async () => {
  for (const name of ["returnsWithoutAsync", "endsWithoutAnswer", "waitsForNothing"]) {
    expect(await call(file, name)).toEqual({
      answer: null,
      hint: expect.stringContaining("make it async, or call the callback"),
    });
  }
});

test("what a function throws is told as Lambda tells it", async () => {
  const errorOf = async (name: string) => (await call(file, name)) as object;
  const error = (errorType: string, errorMessage = "Not allowed.") => ({
    error: expect.objectContaining({ errorType, errorMessage }),
  });

  expect(await errorOf("throws")).toEqual(error("TypeError"));
  expect(await errorOf("throwsAtOnce")).toEqual(error("Error"));
  expect(await errorOf("throwsText")).toEqual(error("string"));
  expect(await errorOf("throwsNothing")).toEqual(error("string", "handled"));
  expect(await errorOf("throwsAForeignError")).toEqual(error("Refusal"));
  expect(await errorOf("callsBackWithError")).toEqual(error("Error"));
  expect(await errorOf("callsBackWithText")).toEqual(error("string"));
  expect(await errorOf("isDoneWithError")).toEqual(error("Error"));
  expect(await errorOf("fails")).toEqual(error("Error"));
  expect(await errorOf("isCircular")).toEqual(
    error("Runtime.UnhandledError", "Unable to stringify response body"),
  );
  expect(await errorOf("absent")).toEqual(
    error("Runtime.HandlerNotFound", "absent is undefined or not exported"),
  );
});

test("a function learns of its call what Lambda's context says, and has an environment of its own", async () => {
  await call(file, "changesTheEnvironment");
  expect(process.env.KEY).toBeUndefined();
  const outcome = await call(file, "tellsItsContext");
  expect(outcome).toEqual({
    answer: {
      awsRequestId: facts.requestId,
      functionName: "sign-up",
      functionVersion: "$LATEST",
      invokedFunctionArn: facts.functionArn,
      memoryLimitInMB: "128",
      logGroupName: "/aws/lambda/sign-up",
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      callbackWaitsForEmptyEventLoop: true,
      remaining: expect.any(Number),
      name: "sign-up",
      key: "changed",
    },
  });
});
