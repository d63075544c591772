import type { CognitoCall } from "./cognito/calls/cognito-calls.ts";
import type { Renewal } from "./cognito/relying-party.ts";

/** Where the sign-in says what it does: pino's loggers and the console fit. Facts hold no token, code, cookie or secret. */
export interface SignInLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** What happened, for those who count it. */
export type SignInEvent =
  /** A sign-in ended: `signed_in`, or the code of the error that refused it. */
  | { type: "sign-in"; outcome: string }
  | { type: "sign-out" }
  /** Cognito was asked to renew a session. */
  | { type: "renewal"; outcome: Renewal["outcome"] }
  | ({ type: "cognito-call" } & CognitoCall);

/** The standard error output, a line each: what an app without a log of its own sees. */
export const standardErrorLog: SignInLog = {
  info: (facts, message) => write("info", facts, message),
  warn: (facts, message) => write("warn", facts, message),
  error: (facts, message) => write("error", facts, message),
};

function write(level: string, facts: object, message: string): void {
  const { err, ...others } = facts as { err?: unknown };
  const details = Object.keys(others).length > 0 ? ` ${JSON.stringify(others)}` : "";
  const cause = err instanceof Error ? `\n${err.stack ?? err.message}${causesOf(err)}` : "";
  process.stderr.write(`sign-in ${level}: ${message}${details}${cause}\n`);
}

function causesOf({ cause }: Error): string {
  return cause instanceof Error ? `\ncaused by ${cause.message}${causesOf(cause)}` : "";
}
