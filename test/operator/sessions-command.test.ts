import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { openPlainLog, operatorCommand } from "../../src/operator/command.ts";
import { openRowStore } from "../../src/sign-in/store/open-row-store.ts";
import { loadConfig } from "../../src/site/settings/config.ts";
import { builtModule } from "../support/built-app.ts";
import { answer } from "../support/faults.ts";
import { register } from "../support/local-journey.ts";
import { createUser } from "../support/pool-claims.ts";
import { hasPrograms } from "../support/programs.ts";
import { providerForAll } from "../support/provider-for-all.ts";
import { startRedis } from "../support/redis-server.ts";
import { signInAtProvider } from "../support/refused.ts";
import { createScriptedProvider } from "../support/scripted-provider.ts";
import { sessionIdOf, signedInAs } from "../support/signed-in.ts";
import { type Started, start, startForAll, testSecret } from "../support/start.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";

const provider = providerForAll();
const app = startForAll(() => ({ userPool: provider() }));

/** Two browsers of a new user, whose subject is the given one. */
async function twoBrowsers(sub: string): Promise<[Visitor, Visitor]> {
  provider().user = createUser("mira", { sub });
  const visitors: [Visitor, Visitor] = [createVisitor(), createVisitor()];
  for (const visitor of visitors) await signInAtProvider(visitor, app());
  return visitors;
}

function settingsOf({ dataDirectory }: Started, pool = provider()): Record<string, string> {
  return {
    COGNITO_DOMAIN: pool.domain,
    COGNITO_ISSUER: pool.issuer,
    CLIENT_ID: pool.clientId,
    CLIENT_SECRET: pool.clientSecret,
    SESSION_SECRET: testSecret,
    DATA_DIR: dataDirectory,
  };
}

/** The command in this process. */
async function run(words: string[], settings: Record<string, string> = settingsOf(app())) {
  const said = { output: "", errors: "" };
  const exitCode = await operatorCommand(words, () => settings, {
    output: { write: (words) => (said.output += words) },
    errors: { write: (words) => (said.errors += words) },
  });
  return { exitCode, ...said };
}

/** The command as an operator runs it, in a folder whose `.env` holds the settings. */
async function spawnCommand(words: string[], settings: Record<string, string>) {
  const folder = await newFolder();
  const lines = Object.entries(settings).map(([name, value]) => `${name}='${value}'\n`);
  await writeFile(join(folder, ".env"), lines.join(""));
  const child = spawn(process.execPath, [builtModule("operator/sessions.js"), ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH },
  });
  const [output, errors, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { exitCode, output, errors };
}

async function newFolder(): Promise<string> {
  const folder = await temporaryDirectory();
  return folder;
}

describe("npm run sessions, beside the running app", () => {
  // A process of its own takes its time on a busy machine.
  test("end signs a user's browsers out at their next request, and nobody else's", {
    timeout: 60_000,
  }, async () => {
    const sub = "11111111-aaaa-4bbb-8ccc-222222222222";
    const other = createVisitor();
    await signInAtProvider(other, app());
    const [first, second] = await twoBrowsers(sub);

    const { exitCode, output, errors } = await spawnCommand(["end", sub], settingsOf(app()));

    expect(output).toContain(`Ended 2 sessions of ${sub}.\n`);
    expect(output).toContain("Their refresh tokens are revoked at Cognito.\n");
    expect(exitCode).toBe(0);
    expect(provider().count("/oauth2/revoke")).toBe(2);
    expect(await signedInAs(first, app())).toBeUndefined();
    expect(await signedInAs(second, app())).toBeUndefined();
    expect(await signedInAs(other, app())).toBe("mira");
    expect(entriesOf(errors)).toMatchObject(
      Array(2).fill({ event: "session-end", by: "operator", revoked: true }),
    );
    expect(errors).not.toContain(sub);
  });

  test("list says where and since when, and holds no secret and no session id", async () => {
    const visitors = await twoBrowsers("listed");
    const ids = visitors.map((visitor) => sessionIdOf(visitor, app()));

    const { exitCode, output } = await run(["list", "listed"]);

    const [heading, ...sessions] = output.trimEnd().split("\n");
    expect([exitCode, heading, sessions.length]).toEqual([0, "listed has 2 sessions:", 2]);
    for (const line of sessions) {
      expect(line).toMatch(
        /^ {2}Chrome on Linux, signed in on \d+ \w+ \d{4} at \d\d:\d\d UTC, last seen just now$/,
      );
    }
    for (const id of ids) expect(output).not.toContain(id);
    expect(await signedInAs(visitors[0], app())).toBe("mira");
  });

  test("says of somebody without sessions with whom there are none", async () => {
    const { clientId, issuer } = provider();
    const sub = randomUUID();
    const output = `${sub} has no sessions with client ${clientId} of ${issuer}.\n`;
    const said = { exitCode: 0, output, errors: "" };

    expect(await run(["list", sub])).toEqual(said);
    expect(await run(["end", sub])).toEqual(said);
  });

  test.each([
    "mira@example.org",
    "mira",
    "google_1098",
    "../../etc/passwd",
    "__proto__",
    "a b\u00e9\u2028$(x)'\"",
    randomUUID().toUpperCase(),
    `${randomUUID()}x`,
    "x".repeat(5000),
  ])("does not say of what is no sub that it has no sessions: %j", async (words) => {
    for (const does of ["list", "end"]) {
      const said = await run([does, words]);

      expect([said.exitCode, said.output]).toEqual([1, ""]);
      expect(said.errors).toContain(" is no sub, and sessions are found by nothing else");
      expect(said.errors).not.toContain("has no sessions");
    }
  });

  test.each([
    ["no pool", { COGNITO_DOMAIN: "", COGNITO_ISSUER: "", CLIENT_ID: "", CLIENT_SECRET: "" }],
    ["another pool", { COGNITO_ISSUER: "http://127.0.0.1:9/eu-west-1_Another01" }],
    ["another client", { CLIENT_ID: "another" }],
  ])("fails where a user has sessions, and the settings name %s", async (_, others) => {
    const [visitor] = await twoBrowsers("elsewhere");

    for (const does of ["list", "end"]) {
      const said = await run([does, "elsewhere"], { ...settingsOf(app()), ...others });

      expect([said.exitCode, said.output]).toEqual([1, ""]);
      expect(said.errors).toMatch(/^elsewhere has no sessions .+, but has some here with another /);
    }
    expect(await signedInAs(visitor, app())).toBe("mira");
  });

  test("end finds a user by a subject of odd characters", async () => {
    const sub = "Ann/../%C3'?*";
    const [visitor] = await twoBrowsers(sub);

    expect((await run(["end", sub])).output).toContain(`Ended 2 sessions of ${sub}.`);
    expect(await signedInAs(visitor, app())).toBeUndefined();
  });

  test("end says what Cognito has not confirmed, and has ended the sessions all the same", async () => {
    const [visitor] = await twoBrowsers("unlucky");
    provider().scriptNext({ revokeAnswer: answer(500) });

    const { exitCode, output, errors } = await run(["end", "unlucky"]);

    expect(exitCode).toBe(0);
    expect(output).toContain("Ended 2 sessions of unlucky.");
    expect(output).toContain("the revocation of 1 of 2 refresh tokens");
    const ends = entriesOf(errors).filter(({ event }) => event === "session-end");
    expect(ends.map(({ revoked }) => revoked).sort()).toEqual([false, true]);
    expect(await signedInAs(visitor, app())).toBeUndefined();
  });

  test("end says beside local Cognito that only the app's sessions were ended", async () => {
    const local = await start();
    const visitor = createVisitor();
    const { html } = await register(visitor, local);
    const sub = html.querySelector("dd code")?.text ?? "";

    const astray = await run(["end", sub], settingsOf(local));
    const { output } = await run(["end", sub], {
      SESSION_SECRET: testSecret,
      DATA_DIR: local.dataDirectory,
    });

    expect(astray.errors).toContain("but has some here with another client");
    expect(output).toContain(`Ended 1 session of ${sub}.\nOnly the app's sessions were ended`);
    expect(await signedInAs(visitor, local)).toBeUndefined();
  });

  test("list under shorter limits than the app's shows all sessions and ends none", async () => {
    const now = () => Date.now() - 30 * 60_000;
    const pool = await createScriptedProvider({ now });
    onTestFinished(pool.close);
    const quiet = await start({ userPool: pool, now });
    const visitor = createVisitor();
    await signInAtProvider(visitor, quiet);

    const sub = String(pool.user.sub);
    const settings = { ...settingsOf(quiet, pool), SESSION_IDLE_MINUTES: "5" };
    const { output } = await run(["list", sub], settings);

    expect(output).toContain(`${sub} has 1 session:`);
    expect(output).toContain("last seen 30 minutes ago");
    expect(await signedInAs(visitor, quiet)).toBe("mira");
  });

  test("a secret that does not open the sessions is said to be wrong, and costs nobody anything", async () => {
    const [visitor] = await twoBrowsers("sealed");
    const SESSION_SECRET = "another secret of more than 32 bytes";

    const { exitCode, output, errors } = await run(["end", "sealed"], {
      ...settingsOf(app()),
      SESSION_SECRET,
    });

    expect([exitCode, output]).toEqual([1, ""]);
    expect(errors).toContain("this session secret does not open their list");
    expect(errors).not.toContain(SESSION_SECRET);
    expect(await signedInAs(visitor, app())).toBe("mira");
  });
});

describe.skipIf(!hasPrograms(["redis-server", "redis-cli"], import.meta.url))(
  "npm run sessions, where sessions are in Redis",
  () => {
    test("end ends them there, and says so where Redis is away", async () => {
      const redis = await startRedis();
      onTestFinished(() => redis.close());
      const env = { ...settingsOf(app()), REDIS_URL: redis.url };
      const rows = await openRowStore(loadConfig(env), { now: Date.now, report: () => {} });
      onTestFinished(() => rows.close());
      const remote = await start({ userPool: provider(), wrapRows: () => rows });
      const visitor = createVisitor();
      await signInAtProvider(visitor, remote);
      const order = ["end", String(provider().user.sub)];

      const astray = await run(order, { SESSION_SECRET: testSecret, REDIS_URL: redis.url });
      const ended = await run(order, env);
      const isOut = (await signedInAs(visitor, remote)) === undefined;
      await redis.stop();
      const failed = await run(order, env);

      expect([astray.exitCode, astray.output]).toEqual([1, ""]);
      expect(astray.errors).toContain("the settings name no user pool");
      expect(ended.output).toContain("Ended 1 session of ");
      expect([ended.exitCode, isOut, failed.exitCode]).toEqual([0, true, 1]);
      expect(failed.errors).toMatch(/^Nothing was done\. The Redis of REDIS_URL/);
    });
  },
);

describe("npm run sessions, with nothing to do", () => {
  test.each([
    ["trace", ["info", "warn", "error"]],
    ["warn", ["warn", "error"]],
    ["silent", []],
  ] as const)(
    "without pino writes what LOG_LEVEL=%s asks for, where its errors go",
    (level, levels) => {
      let said = "";
      const log = openPlainLog(level, { write: (words) => (said += words) });

      for (const name of ["info", "warn", "error"] as const) log[name]({ by: "operator" }, "told");

      expect(said).toBe(levels.map((name) => `sign-in ${name}: told {"by":"operator"}\n`).join(""));
    },
  );

  test.each([[[]], [["end"]], [["end", ""]], [["remove", "somebody"]], [["end", "a", "b"]]])(
    "explains itself where the words make no order: %j",
    async (words) => {
      const { exitCode, output, errors } = await run(words);

      expect([exitCode, output]).toEqual([2, ""]);
      expect(errors).toContain("npm run sessions -- end SUB");
    },
  );

  test("without a kept secret says so, and makes neither a secret nor a store", async () => {
    const folder = await newFolder();
    const DATA_DIR = join(folder, ".data");

    const { exitCode, output, errors } = await run(["end", "somebody"], { DATA_DIR });

    expect([exitCode, output]).toEqual([1, ""]);
    expect(errors).toContain(`There is no session secret in DATA_DIR (${DATA_DIR})`);
    expect(await readdir(folder)).toEqual([]);
  });

  test("without a store says so, and makes none", async () => {
    const DATA_DIR = await newFolder();

    const { exitCode, errors } = await run(["list", "somebody"], {
      ...settingsOf(app()),
      DATA_DIR,
    });

    expect(exitCode).toBe(1);
    expect(errors).toContain("There is no session store in DATA_DIR");
    expect(await readdir(DATA_DIR)).toEqual([]);
  });

  test("with wrong settings names them, as the server does", async () => {
    const { exitCode, errors } = await run(["end", "somebody"], { PORT: "abc" });

    expect(exitCode).toBe(1);
    expect(errors).toMatch(/^Nothing was done\. One setting needs your attention\.\n\nPORT is/);
  });
});

function entriesOf(errors: string): Record<string, unknown>[] {
  return errors
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}
