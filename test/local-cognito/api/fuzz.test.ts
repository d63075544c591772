import { expect, test } from "vitest";
import { inputs, shapes } from "../../../src/local-cognito/api/model/model.ts";
import type { TestPool } from "../support/pool.ts";
import { addUser, startApiPool, tokensOf } from "./support/api-pool.ts";
import { signature, tell } from "./support/calls.ts";

/** API_CALLS=20000 for a night's worth; a failure prints the seed that makes the same calls again. */
const calls = Number(process.env.API_CALLS ?? 400);
const seed = Number(process.env.API_SEED ?? Date.now() % 2 ** 31);

/** Numbers that look like chance and are the same for the same seed. */
function chance(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const strange: unknown[] = [
  null,
  "",
  " ",
  "0",
  -1,
  1.5,
  1e21,
  true,
  [],
  {},
  [[]],
  "__proto__",
  "constructor",
  "\u0000",
  "\ud800",
  "ﷺ".repeat(40),
  "x".repeat(3000),
  "x".repeat(129),
  "' OR 1=1 --",
  "../../etc/passwd",
  "AYABe",
  { __proto__: null, Name: "email" },
  Number.MAX_SAFE_INTEGER,
];

class Inputs {
  readonly #next: () => number;
  readonly #known: Record<string, unknown[]>;

  constructor(next: () => number, known: Record<string, unknown[]>) {
    this.#next = next;
    this.#known = known;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#next() * items.length)] as Item;
  }

  /** Mostly what the shape wants, by the name of the member it is for. */
  of(shapeName: string, member: string, depth = 0): unknown {
    if (this.#next() < 0.06) return this.pick(strange);
    const known = this.#known[member];
    if (known && this.#next() < 0.8) return this.pick(known);
    const shape = shapes[shapeName];
    if (!shape || depth > 6) return "x";
    switch (shape.type) {
      case "structure":
        return this.#structure(shape.members ?? {}, shape.required ?? [], depth);
      case "list":
        return Array.from({ length: Math.floor(this.#next() * 3) }, () =>
          this.of(shape.member ?? "", member, depth + 1),
        );
      case "map":
        return Object.fromEntries(
          ["USERNAME", "PASSWORD", "SRP_A", "NEW_PASSWORD", "ANSWER", "REFRESH_TOKEN"]
            .filter(() => this.#next() < 0.6)
            .map((name) => [name, this.of(shape.value ?? "", name, depth + 1)]),
        );
      case "integer":
        return this.pick([0, 1, 5, 60, shape.max ?? 9]);
      case "boolean":
        return this.#next() < 0.5;
      case "string":
        return shape.enum ? this.pick(shape.enum) : this.pick(["ann", "123456", "a".repeat(20)]);
    }
  }

  #structure(members: Record<string, string>, required: string[], depth: number): object {
    const chosen = Object.entries(members).filter(([name]) =>
      required.includes(name) ? this.#next() < 0.97 : this.#next() < 0.4,
    );
    return Object.fromEntries(
      chosen.map(([name, shape]) => [name, this.of(shape, name, depth + 1)]),
    );
  }
}

async function poolWithKnownValues(): Promise<[TestPool, Record<string, unknown[]>]> {
  const pool = await startApiPool();
  for (const name of ["ann", "ben"]) await addUser(pool, name);
  const { AccessToken, IdToken, RefreshToken } = await tokensOf(pool, "ann");
  const { clientId } = pool;
  return [
    pool,
    {
      UserPoolId: [pool.userPoolId],
      ClientId: [clientId],
      Username: ["ann", "ben", "ann@example.org", "nobody"],
      USERNAME: ["ann", "ben", "nobody"],
      GroupName: ["editors", "authors"],
      AccessToken: [AccessToken, AccessToken, IdToken],
      RefreshToken: [RefreshToken],
      REFRESH_TOKEN: [RefreshToken],
      Token: [RefreshToken, AccessToken],
      Name: ["email", "name", "email_verified", "custom:x"],
      AttributeName: ["email", "phone_number"],
    },
  ];
}

test(`calls with any input are answered in JSON, and none as a mistake of ours (seed ${seed})`, {
  timeout: 3_600_000,
}, async () => {
  const [pool, known] = await poolWithKnownValues();
  const made = new Inputs(chance(seed), known);
  const names = Object.keys(inputs);
  const seen = new Set<number>();
  for (let i = 0; i < calls; i++) {
    const operation = made.pick(names);
    const body = JSON.stringify(made.of(inputs[operation] ?? "", ""));
    const { status, text } = await tell(pool, operation, body ?? "", signature);
    if (status >= 500) throw new Error(`${operation} ${body?.slice(0, 2000)}: ${text}`);
    seen.add(status);
    if (status !== 200) expect(JSON.parse(text)).toHaveProperty("__type");
  }
  expect(seen.has(200)).toBe(true);
});
