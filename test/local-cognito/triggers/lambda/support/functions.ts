import { afterEach } from "vitest";
import { FunctionFile } from "../../../../../src/local-cognito/triggers/lambda/function-file.ts";
import { builtPart } from "../../../../support/built-app.ts";

export const longEnoughMs = 60_000;

export const facts = {
  requestId: "5f9e2c3a-0000-4000-8000-000000000001",
  functionName: "sign-up",
  functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:sign-up",
};

const opened: FunctionFile[] = [];

afterEach(() => {
  for (const file of opened.splice(0)) file.close();
});

/** The file as local Cognito runs it, until the test is over. */
export function open(path: string, environment: NodeJS.ProcessEnv = {}): FunctionFile {
  const file = new FunctionFile(path, {
    environment: () => ({ ...process.env, ...environment }),
    program: builtPart("function-process"),
  });
  opened.push(file);
  return file;
}

/** What comes of a call. */
export function call(
  file: FunctionFile,
  exportName = "handler",
  { event = {}, timeLimitMs = longEnoughMs }: { event?: object; timeLimitMs?: number } = {},
) {
  const deadline = Date.now() + timeLimitMs;
  return file.invoke(exportName, event, { ...facts, deadline }, timeLimitMs);
}
