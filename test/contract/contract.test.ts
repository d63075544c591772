import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UnreadableDotenvError } from "../../src/site/start/start-errors.ts";
import { startUserPool, type TestUserPool } from "../../src/testing/start-user-pool.ts";
import { runPool } from "../testing/support/pool.ts";
import { checkContract } from "./contract.ts";
import { type PoolUnderTest, poolUnderTest } from "./pool-under-test.ts";
import { questions } from "./questions.ts";

const urls = {
  callbackUrl: "http://localhost:3000/logged-in",
  signOutUrl: "http://localhost:3000/logout",
};
const options = { callbackUrls: [urls.callbackUrl], signOutUrls: [urls.signOutUrl] };

function underTest(pool: TestUserPool): PoolUnderTest {
  return poolUnderTest({ ...pool, ...urls, domain: pool.origin, scopes: ["openid", "email"] });
}

describe("Local Cognito", () => {
  let local: TestUserPool;
  let pool: PoolUnderTest;
  beforeAll(async () => {
    local = await startUserPool(options);
    pool = underTest(local);
  });
  afterAll(() => local.close());

  test.each(questions.map((question) => [`${question.section} ${question.title}`, question]))(
    "%s",
    async (_title, question) => {
      expect(await question.ask(pool)).toEqual(question.expected(pool));
    },
  );
});

describe("npm run contract", () => {
  const check = (env: Record<string, string>) => checkWith(() => env);

  async function checkWith(readSettings: () => Record<string, string>) {
    let said = "";
    const status = await checkContract(readSettings, (text) => {
      said += text;
    });
    return { status, said };
  }

  test("ends with 1 otherwise, and says what differs and which assumption was wrong", async () => {
    const pool = await runPool(options);
    const { endpoints } = pool.faults;
    Object.assign(endpoints, { token: "garbage", revoke: "down", discovery: "error" });
    const { status, said } = await check(pool.environment);

    expect(said).toContain("≠ 3.4 token: a made-up code is an invalid_grant\n");
    expect(said).toContain('    error: expected "invalid_grant", seen "(not JSON)"');
    expect(said).toMatch(/≠ 4\.2 revoke: a token that nobody knows.*\n {4}it could not be asked: /);
    expect(said).toContain("change discoveryNamesRevocation in src/local-cognito/assumptions.ts");
    expect(said).toContain("npm run doctor says whether the settings fit");
    expect(said).not.toContain(pool.clientSecret);
    expect(status).toBe(1);
  });

  test("asks local Cognito where no pool is set, names the assumptions that hold, and ends with 0", async () => {
    const { status, said } = await check({});

    expect(said).toMatch(/^No pool is set: local Cognito at http:\/\/127\.0\.0\.1:\d+, /);
    expect(said).toContain(`${questions.length} of ${questions.length} answers are as expected.`);
    expect(said).not.toContain("npm run doctor");
    expect(said).toMatch(/As assumed in .*: .*scopeError/);
    expect(said).toMatch(/Not asked, .*: .*refreshedIdTokenHasAtHash/);
    expect(status).toBe(0);
  });

  test("says what is missing, and which host does not answer", async () => {
    const pool = await runPool(options);
    await pool.close();

    const incomplete = await check({ CLIENT_ID: pool.clientId });
    expect(incomplete).toMatchObject({ status: 1 });
    expect(incomplete.said).toMatch(/^Nothing was asked\..*\n+COGNITO_DOMAIN is missing\./);
    const unreadable = await checkWith(() => {
      throw new UnreadableDotenvError(new Error("EACCES"));
    });
    expect(unreadable).toMatchObject({ status: 1 });
    expect(unreadable.said).toContain(".env is there and cannot be read (EACCES)");
    const closed = await check(pool.environment);
    expect(closed).toMatchObject({ status: 1 });
    expect(closed.said).toContain(`${pool.origin} does not answer: `);
  });
});
