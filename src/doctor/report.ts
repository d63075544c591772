import type { Diagnosis } from "./diagnose.ts";
import type { Verdict } from "./verdict.ts";

const marks: Record<Verdict["outcome"], string> = {
  ok: "ok",
  advice: "ADVICE",
  problem: "PROBLEM",
  unknown: "unknown",
};

/** For people: a line for each verdict, what to do below it, and what to register. */
export function asText({ verdicts, register }: Diagnosis): string {
  return [verdicts.map(line).join("\n"), ...registration(register), summary(verdicts)].join("\n\n");
}

/** For programs. */
export function asJson(diagnosis: Diagnosis): string {
  const isFine = !diagnosis.verdicts.some(({ outcome }) => outcome === "problem");
  return JSON.stringify({ ok: isFine, ...diagnosis }, null, 2);
}

function line({ check, outcome, finding, remedy }: Verdict): string {
  const start = `${check.padEnd(18)}  ${marks[outcome].padEnd(7)}  `;
  const indent = " ".repeat(start.length);
  return `${start}${finding}${remedy ? `\n${indent}${remedy}` : ""}`;
}

function registration(register: Diagnosis["register"]): string[] {
  if (!register) return [];
  return [
    [
      "To register in the console, under User pools ▸ your pool ▸ App clients ▸ your client ▸ Login pages ▸ Edit:",
      `  Allowed callback URLs  ${register.callbackUrl}`,
      `  Allowed sign-out URLs  ${register.signOutUrl}`,
    ].join("\n"),
  ];
}

function summary(verdicts: Verdict[]): string {
  const count = (wanted: Verdict["outcome"]) =>
    verdicts.filter(({ outcome }) => outcome === wanted).length;
  const problems = count("problem");
  if (problems === 0) return "Nothing here keeps people from signing in.";
  return problems === 1 ? "One problem to mend." : `${problems} problems to mend.`;
}
