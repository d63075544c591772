import { assumptions } from "../../src/local-cognito/assumptions.ts";
import type { Assumption, Question } from "./question.ts";
import type { Verdict } from "./verdicts.ts";

const FILE = "src/local-cognito/assumptions.ts";

/** What to print, and whether every answer was the expected one. */
export function report(verdicts: Verdict[]): { text: string; isAsExpected: boolean } {
  const different = verdicts.filter(isDifferent);
  const lines = [
    ...different.flatMap(describe),
    `${verdicts.length - different.length} of ${verdicts.length} answers are as expected.`,
    ...(different.length > 0 ? [first] : []),
    ...aboutAssumptions(verdicts),
  ];
  return { text: `${lines.join("\n")}\n`, isAsExpected: different.length === 0 };
}

/** With a wrong secret, most answers are `invalid_client`. */
const first =
  "Before anything is changed for it: npm run doctor says whether the settings fit this pool.";

function isDifferent({ differences, failure }: Verdict): boolean {
  return differences.length > 0 || failure !== undefined;
}

function describe({ question, differences, failure }: Verdict): string[] {
  const { section, title, note, unsure } = question;
  const facts = differences.map(
    ({ fact, expected, seen }) =>
      `    ${fact}: expected ${inWords(expected)}, seen ${inWords(seen)}`,
  );
  return [
    `≠ ${section} ${title}`,
    ...(failure === undefined ? facts : [`    it could not be asked: ${failure}`]),
    ...(note ? [`    ${note}`] : []),
    ...(unsure && failure === undefined ? [`    ${whatToDo(unsure)}`] : []),
    "",
  ];
}

function whatToDo(unsure: NonNullable<Question["unsure"]>): string {
  return unsure === "no switch"
    ? "This was assumed, and local Cognito has no switch for it."
    : `This was assumed: change ${unsure} in ${FILE}.`;
}

function inWords(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

function aboutAssumptions(verdicts: Verdict[]): string[] {
  const resting = (isWanted: (verdict: Verdict) => boolean) =>
    new Set(verdicts.filter(isWanted).flatMap(({ question: { unsure } }) => unsure ?? []));
  const asked = resting(() => true);
  const wrong = resting(isDifferent);
  const right = [...asked].filter((name) => !wrong.has(name) && name !== "no switch");
  const open = (Object.keys(assumptions) as Assumption[]).filter((name) => !asked.has(name));
  return [
    `As assumed in ${FILE}: ${right.join(", ") || "nothing"}.`,
    `Not asked, since somebody would have to sign in: ${open.join(", ")}.`,
  ];
}
