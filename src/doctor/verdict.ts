import { printable } from "../sign-in/printable.ts";

/** What the doctor looks at, in the order in which it reports. */
export const checks = [
  "settings",
  "session-secret",
  "cookies",
  "proxy",
  "sessions",
  "user-pool",
  "issuer",
  "clock",
  "signing-keys",
  "domain",
  "app-client",
  "callback-url",
  "code-grant",
  "scopes",
  "account-page",
  "login-pages",
  "identity-providers",
  "sign-out-url",
  "client-secret",
] as const;

export type Check = (typeof checks)[number];

/** What came of one check. Nothing in it is secret, and all of it is printable: a pool or a Redis may have its say in it. */
export interface Verdict {
  check: Check;
  /**
   * "problem": somebody cannot sign in, or it is not safe. "advice": it works, and could be better. "unknown": it cannot
   * be told before something else is mended.
   */
  outcome: "ok" | "advice" | "problem" | "unknown";
  finding: string;
  /** What to do; present where there is something to do. */
  remedy?: string;
}

export function ok(check: Check, finding: string): Verdict {
  return { check, outcome: "ok", finding: printable(finding) };
}

export function advice(check: Check, finding: string, remedy: string): Verdict {
  return { check, outcome: "advice", finding: printable(finding), remedy: printable(remedy) };
}

export function problem(check: Check, finding: string, remedy: string): Verdict {
  return { check, outcome: "problem", finding: printable(finding), remedy: printable(remedy) };
}

/** For several checks at once that wait for the same thing. */
export function unknown(checks: Check[], finding: string): Verdict[] {
  return checks.map((check) => ({ check, outcome: "unknown", finding }));
}
