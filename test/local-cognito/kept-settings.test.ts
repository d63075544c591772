import { describe, expect, test } from "vitest";
import { detailsOf } from "./support/admin.ts";
import {
  codeOf,
  register,
  requestQuery,
  signIn,
  startPool,
  type TestPool,
} from "./support/pool.ts";
import { required, withSettings } from "./support/settings.ts";

type Settings = Parameters<typeof withSettings>[0];

/** Starts again from the data directory, with other settings. */
async function restart(pool: TestPool, changes: Settings) {
  await pool.close();
  const warnings: string[] = [];
  const again = await startPool({
    ...withSettings(changes),
    dataDirectory: pool.dataDirectory,
    warn: (warning) => warnings.push(warning),
  });
  return { again, warnings: warnings.map((text) => text.split(". AWS cannot change that")[0]) };
}

async function poolWithUser(changes: Settings = {}): Promise<TestPool> {
  const pool = await startPool(withSettings(changes));
  await register(pool, pool.browser(), { given_name: "Mira" });
  return pool;
}

describe("a pool that has users", () => {
  test.each<[string, Settings, Settings, string]>([
    [
      "how they sign in",
      {},
      { signInWith: "email" },
      "Users go on signing in with a user name, or a verified address (AliasAttributes)",
    ],
    ["whether case matters", {}, { isCaseSensitive: true }, "User names stay insensitive to case"],
    [
      "what is not required",
      {},
      { schema: [required("email"), required("given_name")] },
      "given_name does not become required",
    ],
    [
      "what is required",
      { schema: [required("email"), required("given_name")] },
      {},
      "The attribute given_name stays as it was",
    ],
    [
      "what attributes are like",
      { schema: [required("email"), required("given_name", { maximum: 9 })] },
      { schema: [required("email"), required("given_name", { maximum: 10 })] },
      "The attribute given_name stays as it was",
    ],
  ])("keeps %s, and warns of it", async (_name, first, second, warning) => {
    const pool = await poolWithUser(first);
    const { again, warnings } = await restart(pool, second);

    expect(warnings).toEqual([warning]);
    expect(codeOf(await signIn(again, again.browser(), { username: "MIRA" }))).toBeTruthy();
    const form = await again.browser().get(`/signup?${requestQuery(again)}`);
    expect(form.text).toContain('name="username"');
    expect(form.text.includes('name="requiredAttributes[given_name]"')).toBe(
      first.schema !== undefined,
    );
  });

  test("takes new custom attributes and every setting that AWS can change, without a word", async () => {
    const team = {
      name: "custom:team",
      type: "String",
      isRequired: false,
      isMutable: true,
    } as const;
    const pool = await poolWithUser();
    const changes = { schema: [required("email"), team], passwordPolicy: { minimumLength: 10 } };
    const { again, warnings } = await restart(pool, changes);
    const third = await restart(again, {});

    expect(warnings).toEqual([]);
    expect(third.warnings).toEqual(["The attribute custom:team stays as it was"]);
    expect((await detailsOf(third.again, "mira")).username).toBe("mira");
  });
});

test("A pool that nobody is in may be another one at the next start", async () => {
  const pool = await startPool();
  const { again, warnings } = await restart(pool, { signInWith: "email", isCaseSensitive: true });

  expect(warnings).toEqual([]);
  const form = await again.browser().get(`/signup?${requestQuery(again)}`);
  expect(form.text).not.toContain('name="username"');
});
