import { isDeepStrictEqual } from "node:util";
import type { PoolUnderTest } from "./pool-under-test.ts";
import type { Facts, Question } from "./question.ts";

/** What came of a question: nothing differs, or these facts do, or it could not be asked. */
export interface Verdict {
  question: Question;
  differences: { fact: string; expected: unknown; seen: unknown }[];
  failure?: string;
}

/** Asks one question after the other, so that no pool takes it for an attack. */
export async function askAll(questions: Question[], pool: PoolUnderTest): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const question of questions) verdicts.push(await ask(question, pool));
  return verdicts;
}

async function ask(question: Question, pool: PoolUnderTest): Promise<Verdict> {
  try {
    const seen = await question.ask(pool);
    return { question, differences: compare(question.expected(pool), seen) };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { question, differences: [], failure };
  }
}

function compare(expected: Facts, seen: Facts): Verdict["differences"] {
  const facts = [...new Set([...Object.keys(expected), ...Object.keys(seen)])];
  return facts
    .filter((fact) => !isDeepStrictEqual(expected[fact], seen[fact]))
    .map((fact) => ({ fact, expected: expected[fact], seen: seen[fact] }));
}
