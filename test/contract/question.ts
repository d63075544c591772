import type { assumptions } from "../../src/local-cognito/assumptions.ts";
import type { PoolUnderTest } from "./pool-under-test.ts";

/** What was seen, one fact a name; all that a question compares. */
export type Facts = Record<string, unknown>;

/** Something that a pool is asked with nobody signed in, and what Cognito answers. */
export interface Question {
  /** Where the answer comes from, in the specification of Cognito's behaviour. */
  section: string;
  /** What is asked, as a heading. */
  title: string;
  ask(pool: PoolUnderTest): Promise<Facts>;
  /** The facts to be seen. */
  expected(pool: PoolUnderTest): Facts;
  /** The assumption that `expected` rests on, where AWS does not say; "no switch" where the code has none for it. */
  unsure?: Assumption | "no switch";
  /** What else may explain another answer. */
  note?: string;
}

export type Assumption = keyof typeof assumptions;
