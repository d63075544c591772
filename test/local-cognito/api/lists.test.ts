import { describe, expect, test } from "vitest";
import type { TestPool } from "../support/pool.ts";
import { addUser, startApiPool } from "./support/api-pool.ts";
import { call, refusal } from "./support/calls.ts";

async function poolOfFive(): Promise<TestPool> {
  const pool = await startApiPool();
  for (const name of ["eve", "dora", "cid", "ben", "ann"]) {
    await addUser(pool, name, name === "cid" ? { name: 'C. "Cid" D' } : {});
    pool.clock.advance({ seconds: 1 });
  }
  return pool;
}

function namesIn({ Users }: { Users?: { Username: string }[] }): string[] {
  return (Users ?? []).map(({ Username }) => Username);
}

describe("ListUsers", () => {
  test("goes through everybody, the oldest first, a page at a time", async () => {
    const pool = await poolOfFive();
    const found: string[][] = [];
    let PaginationToken: string | undefined;
    do {
      const input = { UserPoolId: pool.userPoolId, Limit: 2, PaginationToken };
      const page = await call(pool, "ListUsers", input);
      found.push(namesIn(page));
      PaginationToken = page.PaginationToken;
    } while (PaginationToken);
    expect(found).toEqual([["eve", "dora"], ["cid", "ben"], ["ann"]]);
    const all = await call(pool, "ListUsers", { UserPoolId: pool.userPoolId, Limit: 0 });
    expect(namesIn(all)).toHaveLength(5);
    const bad = { UserPoolId: pool.userPoolId, PaginationToken: "x" };
    expect(await refusal(pool, "ListUsers", bad)).toBe(
      "InvalidParameterException: Invalid pagination token.",
    );
  });

  test.each<[string, string[]]>([
    ['username = "ann"', ["ann"]],
    ['username="ann"', ["ann"]],
    ['email ^= "ANN@"', ["ann"]],
    ['email = "ann@"', []],
    ['name = "C. \\"Cid\\" D"', ["cid"]],
    ['cognito:user_status = "CONFIRMED"', ["ann", "ben", "cid", "dora", "eve"]],
    ['cognito:user_status = "confirmed"', []],
    ['status = "Disabled"', ["ben"]],
    ["", ["ann", "ben", "cid", "dora", "eve"]],
  ])("finds by %s", async (Filter, names) => {
    const pool = await poolOfFive();
    await call(pool, "AdminDisableUser", { UserPoolId: pool.userPoolId, Username: "ben" });
    const page = await call(pool, "ListUsers", { UserPoolId: pool.userPoolId, Filter });
    expect(namesIn(page).sort()).toEqual(names);
  });

  test("refuses what cannot be searched, or read, and attributes that nobody has", async () => {
    const pool = await poolOfFive();
    const why = (more: object) =>
      refusal(pool, "ListUsers", { UserPoolId: pool.userPoolId, ...more });
    expect(await why({ Filter: 'custom:team = "1"' })).toBe(
      "InvalidParameterException: Input fails to satisfy the constraints.",
    );
    for (const Filter of ["email", 'email = ann"', 'email ~ "a"', 'email = "a" and name = "b"']) {
      expect(await why({ Filter })).toBe("InvalidParameterException: Error while parsing filter.");
    }
    expect(await why({ AttributesToGet: ["nickname"] })).toBe(
      "InvalidParameterException: One or more requested attributes do not exist.",
    );
    const narrowed = { UserPoolId: pool.userPoolId, AttributesToGet: ["email"], Limit: 1 };
    const { Users } = await call(pool, "ListUsers", narrowed);
    expect(Users[0].Attributes).toEqual([{ Name: "email", Value: "eve@example.org" }]);
  });
});
