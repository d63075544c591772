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

/** The standard error output: what an app without a log of its own sees. */
export const standardErrorLog = plainLog((line) => process.stderr.write(line));

type Level = keyof SignInLog;

/** A line each, and those of the given levels alone. A cause takes lines of its own. */
export function plainLog(
  write: (line: string) => unknown,
  levels: readonly Level[] = ["info", "warn", "error"],
): SignInLog {
  const at = (level: Level) => (facts: object, message: string) => {
    if (levels.includes(level)) write(lineOf(level, facts, message));
  };
  return { info: at("info"), warn: at("warn"), error: at("error") };
}

function lineOf(level: Level, facts: object, message: string): string {
  const { err, ...others } = facts as { err?: unknown };
  const details = Object.keys(others).length > 0 ? ` ${JSON.stringify(others)}` : "";
  const cause = err instanceof Error ? `\n${err.stack ?? err.message}${causesOf(err)}` : "";
  return `sign-in ${level}: ${message}${details}${cause}\n`;
}

function causesOf({ cause }: Error): string {
  return cause instanceof Error ? `\ncaused by ${cause.message}${causesOf(cause)}` : "";
}
