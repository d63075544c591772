import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { doctorCommand } from "../../src/doctor/command.ts";
import { diagnose } from "../../src/doctor/diagnose.ts";
import { type Check, checks, type Verdict } from "../../src/doctor/verdict.ts";
import { type LocalCognito, startLocalCognito } from "../../src/local-cognito/local-cognito.ts";
import { noteOutput, noteSecret } from "../support/canary.ts";
import { stopClock } from "../support/own-clock.ts";
import { copyNewPool } from "../support/pool-template.ts";
import { hasPrograms } from "../support/programs.ts";
import { setProxy } from "../support/proxy-settings.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { freePort } from "../support/spawn-server.ts";
import {
  type Alterations,
  type AlteredPool,
  alterPool,
  type Passing,
} from "./support/altered-pool.ts";

let folder: string;
let pool: LocalCognito;
let altered: AlteredPool;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "doctor-"));
  await copyNewPool(folder);
  pool = await startLocalCognito({
    dataDirectory: folder,
    port: 0,
    callbackUrls: ["http://localhost:3000/logged-in"],
    signOutUrls: ["http://localhost:3000/logout"],
  });
  altered = await alterPool(pool);
  noteSecret("the client secret", pool.clientSecret);
});
afterEach(() => altered.alter({}));
afterAll(async () => {
  await altered.close();
  await pool.close();
  await rm(folder, { recursive: true });
});

type Settings = Record<string, string>;

/** The settings of an app whose user pool this is, in good order. */
function settings(): Settings {
  return {
    DATA_DIR: folder,
    COGNITO_DOMAIN: altered.origin,
    COGNITO_ISSUER: altered.issuer,
    CLIENT_ID: pool.clientId,
    CLIENT_SECRET: pool.clientSecret,
  };
}

async function verdictsWith(
  changes: Settings = {},
  alterations: Alterations = {},
  now?: () => number,
): Promise<Verdict[]> {
  altered.alter(alterations);
  const clock = Object.values(alterations).includes(hangs) ? stopClock() : undefined;
  const diagnosing = diagnose({ ...settings(), ...changes }, now && { now });
  const { verdicts } = await (clock?.outlast(diagnosing, altered.unanswered) ?? diagnosing);
  noteOutput(JSON.stringify(verdicts));
  return verdicts;
}

const blamed = (verdicts: Verdict[]) =>
  verdicts.filter(({ outcome }) => outcome === "problem").map(({ check }) => check);

test("settings that are right are found to be right, and nothing is advised", async () => {
  const verdicts = await verdictsWith();

  expect(verdicts.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
  expect(verdicts.map(({ check }) => check)).toEqual([
    "settings",
    "session-secret",
    "cookies",
    "proxy",
    "sessions",
    "issuer",
    "clock",
    "signing-keys",
    "domain",
    "app-client",
    "callback-url",
    "code-grant",
    "scopes",
    "login-pages",
    "sign-out-url",
    "client-secret",
  ] satisfies Check[]);
});

test("SCOPES without the scope of the account page are fine, and what is missing is said", async () => {
  const scopesLine = async (changes: Settings) =>
    (await verdictsWith(changes)).find(({ check }) => check === "scopes");
  const without = await scopesLine({ SCOPES: "openid email" });
  expect(without).toMatchObject({ outcome: "ok" });
  expect(without?.finding).toContain("that takes aws.cognito.signin.user.admin");
  const all = await scopesLine({ SCOPES: "openid aws.cognito.signin.user.admin" });
  expect(all?.finding).toBe("openid aws.cognito.signin.user.admin: allowed");
});

test("What the pool keeps visitors from at the account page is said where AWS credentials are set", async () => {
  const credentials = { AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any" };
  const SCOPES = "openid aws.cognito.signin.user.admin";
  /** With members of the pool's description, of its client's and of its second factors in place of its own. */
  const accountPage = async (changes: Settings, members: Record<string, object> = {}) => {
    const alter = (passing: Passing) => {
      if (!passing.headers["content-type"]?.includes("x-amz-json")) return passing;
      const body = JSON.parse(passing.body);
      for (const [name, inPlace] of Object.entries(members)) {
        if (name in body) Object.assign(name === "MfaConfiguration" ? body : body[name], inPlace);
      }
      return { ...passing, body: JSON.stringify(body) };
    };
    const verdicts = await verdictsWith({ SCOPES, ...changes }, { "/": alter });
    return verdicts.find(({ check }) => check === "account-page");
  };
  expect((await accountPage({}))?.finding).toContain("set AWS_PROFILE, and the doctor asks");
  expect(await accountPage(credentials)).toMatchObject({
    outcome: "ok",
    finding: "attributes, codes and authenticator apps: allowed",
  });
  const small = await accountPage(credentials, {
    UserPoolClient: { ReadAttributes: ["email", "email_verified"], WriteAttributes: ["email"] },
    UserPool: { AutoVerifiedAttributes: [] },
    MfaConfiguration: { MfaConfiguration: "OFF" },
  });
  expect(small?.outcome).toBe("advice");
  for (const words of [
    "may not read name",
    "may not write name,",
    "has no authenticator apps",
    "sends no code to a changed e-mail address",
  ]) {
    expect(small?.finding).toContain(words);
  }
  expect(small?.remedy).toContain("Attribute permissions");
  const nobody = await accountPage({ ...credentials, CLIENT_ID: "nobody" });
  expect(nobody).toBeUndefined();
});

test("no settings at all are fine beside local Cognito", async () => {
  const { verdicts, register } = await diagnose({ DATA_DIR: folder });

  expect([blamed(verdicts), register]).toEqual([[], undefined]);
  expect(verdicts.at(-1)).toMatchObject({ check: "user-pool", outcome: "ok" });
});

/** The answer that the app would get with other settings, in place of the real one. */
const redirectTo = (location: (url: URL) => string) => (passing: Passing, url: URL) => ({
  ...passing,
  status: 302,
  headers: { location: location(url) },
  body: "",
});
const toCallback = (error: string) =>
  redirectTo(
    ({ searchParams }) =>
      `${searchParams.get("redirect_uri")}?error=${error}&state=${searchParams.get("state")}`,
  );
const json = (change: (document: Record<string, unknown>) => object) => (passing: Passing) => ({
  ...passing,
  body: JSON.stringify(change(JSON.parse(passing.body))),
});
const answering =
  (status: number, body = "", type = "text/html") =>
  (): Passing => ({
    status,
    headers: { "content-type": type },
    body,
  });
const hangs = () => undefined;

interface Fault {
  is: string;
  settings?: () => Settings | Promise<Settings>;
  pool?: () => Alterations;
  now?: () => number;
  blames: Check | Check[];
  says: string | RegExp;
  remedy?: string | RegExp;
}

const wellKnown = () => `${new URL(altered.issuer).pathname}/.well-known`;
const discovery = () => `${wellKnown()}/openid-configuration`;
const keySet = () => `${wellKnown()}/jwks.json`;
const closedPort = async () => `http://127.0.0.1:${await freePort()}`;

const faults: Fault[] = [
  {
    is: "half an .env",
    settings: () => ({ CLIENT_SECRET: "" }),
    blames: "settings",
    says: "CLIENT_SECRET is missing",
    remedy: "App clients ▸ your client ▸ Client secret",
  },
  {
    is: "a value left from .env.example",
    settings: () => ({ COGNITO_DOMAIN: "https://your-prefix.auth.REGION.amazoncognito.com" }),
    blames: "settings",
    says: "COGNITO_DOMAIN still holds a placeholder",
  },
  {
    is: "plain http for others than this machine",
    settings: () => ({
      APP_URL: "http://app.example.com",
      SESSION_SECRET: "J8s2-vQx9_pLm4rT7wYz0aBcDeF-kT5rQ",
    }),
    blames: "settings",
    says: /^APP_URL /,
  },
  {
    is: "a session secret that can be guessed",
    settings: () => ({ SESSION_SECRET: "keyboard cat" }),
    blames: "session-secret",
    says: "SESSION_SECRET",
  },
  {
    is: "an issuer that nobody answers for",
    settings: async () => ({ COGNITO_ISSUER: `${await closedPort()}/eu-west-1_Ab3dE5gH1` }),
    blames: "issuer",
    says: "refuses connections",
  },
  {
    is: "an issuer whose name does not resolve",
    settings: () => ({ COGNITO_ISSUER: "https://cognito-idp.nowhere.invalid/eu-west-1_Ab3dE5gH1" }),
    blames: "issuer",
    says: /COGNITO_USER_POOL_ID or COGNITO_ISSUER .* does not resolve/,
  },
  {
    is: "an issuer that hangs",
    pool: () => ({ [discovery()]: hangs }),
    blames: "issuer",
    says: "no complete answer within the deadline",
    remedy: "firewall",
  },
  {
    is: "a user pool ID of no pool",
    settings: () => ({ COGNITO_ISSUER: `${altered.origin}/eu-west-1_Nobodys12` }),
    blames: "issuer",
    says: "There is no user pool at",
    remedy: "COGNITO_USER_POOL_ID",
  },
  {
    is: "a network whose own sign-in page answers first",
    pool: () => ({ [discovery()]: answering(200, "<h1>Welcome to our Wi-Fi</h1>") }),
    blames: "issuer",
    says: "is no user pool (status 200)",
    remedy: "proxy",
  },
  {
    is: "an issuer by another name than its own",
    pool: () => ({
      [discovery()]: json((document) => ({
        ...document,
        issuer: "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab3dE5gH1",
      })),
    }),
    blames: "issuer",
    says: "every ID token would be refused",
    remedy: "COGNITO_ISSUER",
  },
  {
    is: "a clock ten minutes behind",
    now: () => Date.now() - 10 * 60_000,
    blames: "clock",
    says: /(59|60)\d s behind/,
    remedy: "synchronise",
  },
  {
    is: "a clock more than a minute behind",
    now: () => Date.now() - 70_000,
    blames: "clock",
    says: "s behind the issuer's",
  },
  {
    is: "a clock more than ten minutes ahead",
    now: () => Date.now() + 11 * 60_000,
    blames: "clock",
    says: /6[56]\d s ahead of the issuer's/,
    remedy: "synchronise",
  },
  {
    is: "a key set without keys",
    pool: () => ({ [keySet()]: json(() => ({ keys: [] })) }),
    blames: "signing-keys",
    says: "None of the 0 keys",
  },
  {
    is: "keys of another kind",
    pool: () => ({
      [keySet()]: json(() => ({ keys: [{ kty: "EC", kid: "one", crv: "P-256", x: "x", y: "y" }] })),
    }),
    blames: "signing-keys",
    says: "None of the 1 keys",
  },
  {
    is: "keys that are published with their private half",
    pool: () => ({
      [keySet()]: json(({ keys }) => ({
        keys: (keys as object[]).map((key) => ({ ...key, d: "AQAB" })),
      })),
    }),
    blames: "signing-keys",
    says: "None of the 2 keys",
  },
  {
    is: "a key set that is not there",
    pool: () => ({ [keySet()]: answering(503) }),
    blames: "signing-keys",
    says: "is no key set (status 503)",
  },
  {
    is: "a pool without a domain",
    settings: async () => ({ COGNITO_DOMAIN: await closedPort() }),
    pool: () => ({
      [discovery()]: json((document) => ({
        ...document,
        authorization_endpoint: `${altered.issuer}/authorize`,
      })),
    }),
    blames: "domain",
    says: "The user pool has no domain yet",
    remedy: "Create one",
  },
  {
    is: "a domain that nobody answers for",
    settings: async () => ({ COGNITO_DOMAIN: await closedPort() }),
    blames: "domain",
    says: /COGNITO_DOMAIN .* refuses connections/,
  },
  {
    is: "some other web site as the domain",
    pool: () => ({ "/oauth2/authorize": answering(404, "Not found") }),
    blames: "domain",
    says: "is no user pool domain (status 404)",
    remedy: "Branding ▸ Domain",
  },
  {
    is: "the client id of another pool",
    settings: () => ({ CLIENT_ID: "4k2nq7example0client1id23" }),
    blames: "app-client",
    says: "knows no app client 4k2nq7example0client1id23",
    remedy: "Client ID",
  },
  {
    is: "a callback URL that is not registered",
    settings: () => ({ APP_URL: "http://localhost:8080" }),
    blames: ["callback-url", "sign-out-url"],
    says: "Registered is http://localhost:3000/logged-in, which differs by its port.",
    remedy: "Add http://localhost:8080/logged-in",
  },
  {
    is: "a callback URL on the other name of this machine",
    settings: () => ({ APP_URL: "http://127.0.0.1:3000" }),
    blames: ["callback-url", "sign-out-url"],
    says: "which differs by its host name",
  },
  {
    is: "an app client without the code grant",
    pool: () => ({ "/oauth2/authorize": toCallback("unauthorized_client") }),
    blames: "code-grant",
    says: "may not use the authorization code grant",
    remedy: "OAuth grant types",
  },
  {
    is: "the same, said on the domain's own error page",
    pool: () => ({
      "/oauth2/authorize": redirectTo(() => `${altered.origin}/error?error=unauthorized_client`),
    }),
    blames: "code-grant",
    says: "may not use the authorization code grant",
  },
  {
    is: "a scope that the client does not allow",
    settings: () => ({ SCOPES: "openid email photos" }),
    blames: "scopes",
    says: "does not allow photos,",
    remedy: "OpenID Connect scopes",
  },
  {
    is: "an app client that does not allow the scope of the account page",
    settings: () => ({ SCOPES: "openid email aws.cognito.signin.user.admin" }),
    pool: () => ({
      "/oauth2/authorize": (passing, url) =>
        url.searchParams.get("scope")?.includes("signin.user.admin")
          ? toCallback("invalid_scope")(passing, url)
          : passing,
    }),
    blames: "scopes",
    says: "does not allow aws.cognito.signin.user.admin,",
    remedy: "Without it visitors cannot change their account.",
  },
  {
    is: "an app client that does not allow openid",
    pool: () => ({ "/oauth2/authorize": toCallback("invalid_scope") }),
    blames: "scopes",
    says: "does not allow openid,",
  },
  {
    is: "an authorize endpoint that fails",
    pool: () => ({ "/oauth2/authorize": toCallback("server_error") }),
    blames: "app-client",
    says: "refuses the app's request (server_error)",
  },
  {
    is: "managed login without a style",
    pool: () => ({ "/login": answering(403, "<title>Login pages unavailable</title>") }),
    blames: "login-pages",
    says: "this app client has no style",
    remedy: "Create a style",
  },
  {
    is: "a button for a provider that the client does not have",
    settings: () => ({ IDENTITY_PROVIDERS: "Google" }),
    blames: "identity-providers",
    says: "does not have Google",
    remedy: "Identity providers",
  },
  {
    is: "a sign-out URL that is not registered",
    pool: () => ({
      "/logout": redirectTo(() => `${altered.origin}/error?error=redirect_mismatch`),
    }),
    blames: "sign-out-url",
    says: "The sign-out URL http://localhost:3000/logout is not registered",
    remedy: "Allowed sign-out URLs",
  },
  {
    is: "a wrong client secret",
    settings: () => ({ CLIENT_SECRET: [...pool.clientSecret].reverse().join("") }),
    blames: "client-secret",
    says: "does not accept CLIENT_SECRET",
    remedy: "Client secret",
  },
  {
    is: "a token endpoint that is out of order",
    pool: () => ({ "/oauth2/token": answering(503) }),
    blames: "client-secret",
    says: "answers as none should (status 503)",
  },
  {
    is: "an issuer without the pool's ID",
    settings: () => ({ COGNITO_ISSUER: altered.origin }),
    blames: "issuer",
    says: "There is no user pool at",
    remedy: "COGNITO_ISSUER",
  },
  {
    is: "a folder for sessions that cannot be made",
    settings: () => ({ DATA_DIR: join(import.meta.filename, "sessions") }),
    blames: "sessions",
    says: "cannot be written there: ENOTDIR",
    remedy: "folder",
  },
  {
    is: "a file in place of the folder for sessions",
    settings: () => ({ DATA_DIR: import.meta.filename }),
    blames: "sessions",
    says: "is no folder",
    remedy: "folder",
  },
  {
    is: "a Redis that is not there",
    settings: async () => ({ REDIS_URL: (await closedPort()).replace("http", "redis") }),
    blames: "sessions",
    says: "nothing listens there",
    remedy: "Start Redis",
  },
];

describe("What is not wrong", () => {
  test("is said to be unknown where it waits for something else", async () => {
    const verdicts = await verdictsWith({ CLIENT_ID: "4k2nq7example0client1id23" });

    expect(waiting(verdicts)).toEqual([
      "callback-url",
      "code-grant",
      "scopes",
      "login-pages",
      "sign-out-url",
      "client-secret",
    ] satisfies Check[]);
  });

  test("blames the proxy where that opens no way to the issuer", async () => {
    setProxy({ HTTPS_PROXY: await closedPort() });

    const verdicts = await verdictsWith({
      COGNITO_ISSUER: "https://cognito-idp.nowhere.invalid/eu-west-1_Ab3dE5gH1",
    });

    expect(verdicts.find(({ check }) => check === "issuer")).toMatchObject({
      outcome: "problem",
      finding: expect.stringContaining("the proxy of HTTPS_PROXY opens no way to it"),
      remedy: expect.stringContaining("Correct HTTPS_PROXY"),
    });
  });

  test.each<[string, () => Settings, () => Alterations]>([
    ["a client that is not known", () => ({ CLIENT_ID: "4k2nq7example0client1id23" }), () => ({})],
    ["a domain of no pool", () => ({}), () => ({ "/oauth2/authorize": answering(404) })],
    ["a callback URL", () => ({ APP_URL: "http://localhost:8080" }), () => ({})],
    ["the grant", () => ({}), () => ({ "/oauth2/authorize": toCallback("unauthorized_client") })],
    ["the scopes", () => ({ SCOPES: "openid photos" }), () => ({})],
    ["a refusal", () => ({}), () => ({ "/oauth2/authorize": toCallback("server_error") })],
  ])("has no line on identity providers where none is set: %s", async (_, changes, alterations) => {
    const without = await verdictsWith(changes(), alterations());
    const given = { ...changes(), IDENTITY_PROVIDERS: "Google" };
    const withSome = await verdictsWith(given, alterations());

    expect(without.map(({ check }) => check)).not.toContain("identity-providers");
    expect(waiting(withSome)).toContain("identity-providers");
  });

  function waiting(verdicts: Verdict[]): Check[] {
    return verdicts.filter(({ outcome }) => outcome === "unknown").map(({ check }) => check);
  }

  test.each<[string, Settings, () => Alterations, Check, string, (() => number)?]>([
    [
      "a proxy that is not declared",
      {
        APP_URL: "https://app.example.com",
        SESSION_SECRET: "J8s2-vQx9_pLm4rT7wYz0aBcDeF-kT5rQ",
        COGNITO_DOMAIN: "https://localhost:1",
        COGNITO_ISSUER: "https://localhost:1/eu-west-1_Ab3dE5gH1",
      },
      () => ({}),
      "proxy",
      "TRUST_PROXY is off",
    ],
    [
      "a clock that is half a minute ahead",
      {},
      () => ({}),
      "clock",
      "ahead of",
      () => Date.now() + 30_000,
    ],
    [
      "a clock that is half a minute behind",
      {},
      () => ({}),
      "clock",
      "behind",
      () => Date.now() - 30_000,
    ],
    [
      "a clock that is five minutes ahead, with which the app still signs people in",
      {},
      () => ({}),
      "clock",
      "ahead of",
      () => Date.now() + 5 * 60_000,
    ],
    [
      "keys that change over",
      {},
      () => ({
        [keySet()]: json(({ keys }) => ({
          keys: [...(keys as object[]), { kty: "RSA", kid: "x", n: "AQAB" }],
        })),
      }),
      "signing-keys",
      "2 of 3 published keys",
    ],
    [
      "a pool with a domain of its own beside the one that is set",
      {},
      () => ({
        [discovery()]: json((document) => ({
          ...document,
          authorization_endpoint: "https://auth.example.com/oauth2/authorize",
        })),
      }),
      "domain",
      "The pool calls its domain https://auth.example.com",
    ],
  ])("leads to advice: %s", async (_what, changes, alterations, check, says, now) => {
    const verdicts = await verdictsWith(changes, alterations(), now);

    const advised = verdicts.filter(({ outcome }) => outcome === "advice");
    expect(advised).toMatchObject([{ check, finding: expect.stringContaining(says) }]);
  });
});

describe("A fault is named, and nothing that is fine is blamed:", () => {
  test.each(faults)(
    "$is",
    async ({ settings = () => ({}), pool = () => ({}), now, blames, says, remedy = "" }) => {
      const changes = await settings();
      const verdicts = await verdictsWith(changes, pool(), now);

      expect(blamed(verdicts)).toEqual([blames].flat());
      expect(verdicts.map(({ check }) => check)).toEqual(checksWith(changes, blames));
      const found = verdicts.find(({ outcome }) => outcome === "problem");
      expect(found?.finding).toMatch(says);
      expect(found?.remedy).toMatch(remedy);
    },
  );

  /** Each once and in order; of settings that cannot be read, nothing else is checked. */
  function checksWith({ IDENTITY_PROVIDERS }: Settings, blames: Fault["blames"]): Check[] {
    if (blames === "settings" || blames === "session-secret") return [blames];
    const absent: Check[] = IDENTITY_PROVIDERS ? [] : ["identity-providers"];
    const unasked: Check[] = ["user-pool", "account-page", ...absent];
    return checks.filter((check) => !unasked.includes(check));
  }
});

describe.runIf(hasPrograms(["redis-server"], import.meta.url))("With REDIS_URL", () => {
  test("the version is told, and a policy that would sign visitors out, over one connection", async () => {
    const redis = await startRedis({
      settings: ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"],
    });
    onTestFinished(() => void redis.close());

    const before = await connectionsTo(redis);
    const verdicts = await verdictsWith({ REDIS_URL: redis.url });

    // The other is the one that counts them.
    expect((await connectionsTo(redis)) - before).toBe(2);
    expect(verdicts.filter(({ check }) => check === "sessions")).toMatchObject([
      { outcome: "ok", finding: expect.stringMatching(/^kept in Redis \d+\.\d+/) },
      { outcome: "advice", finding: expect.stringContaining("maxmemory-policy allkeys-lru") },
    ]);
    expect(blamed(verdicts)).toEqual([]);
  });

  async function connectionsTo(redis: RedisServer): Promise<number> {
    return Number(/total_connections_received:(\d+)/.exec(await redis.run("info", "stats"))?.[1]);
  }

  test("a wrong password is named, and not told", async () => {
    const redis = await startRedis({ password: "open-sesame" });
    onTestFinished(() => void redis.close());

    const verdicts = await verdictsWith({
      REDIS_URL: redis.url.replace("open-sesame", "open-barley"),
    });

    expect(blamed(verdicts)).toEqual(["sessions"]);
    expect(JSON.stringify(verdicts)).toContain("does not accept the user name or password");
    expect(JSON.stringify(verdicts)).not.toContain("open-");
  });
});

describe("npm run doctor", () => {
  async function run(words: string[], env: Settings) {
    const said = { output: "", errors: "" };
    const exitCode = await doctorCommand(words, () => env, {
      output: { write: (words) => (said.output += words) },
      errors: { write: (words) => (said.errors += words) },
    });
    noteOutput(said.output + said.errors);
    return { exitCode, ...said };
  }

  test("prints a line a check and what to register, and leaves with 0", async () => {
    const { exitCode, output } = await run([], settings());

    expect(output).toMatch(/^callback-url +ok +http:\/\/localhost:3000\/logged-in is registered$/m);
    expect(output).toContain("Allowed callback URLs  http://localhost:3000/logged-in");
    expect(output).toContain("Allowed sign-out URLs  http://localhost:3000/logout");
    expect(output.trimEnd()).toMatch(/Nothing here keeps people from signing in\.$/);
    expect(exitCode).toBe(0);
  });

  test("says what to do about a problem, and leaves with 1", async () => {
    const { exitCode, output } = await run([], { ...settings(), SCOPES: "openid photos" });

    expect(output).toMatch(
      /^scopes +PROBLEM +The app client does not allow photos.*\n +Allow it in the console/m,
    );
    expect(output.trimEnd()).toMatch(/One problem to mend\.$/);
    expect(exitCode).toBe(1);
  });

  test.each([[[]], [["--json"]]])(
    "prints nothing of a pool's that a terminal would obey: %j",
    async (words) => {
      const hostile = "https://a.example/\u001b[2Jb\u009b31mc\u202ed\u200be\nissuer  ok";
      altered.alter({ [discovery()]: json((document) => ({ ...document, issuer: hostile })) });

      const { exitCode, output } = await run(words, settings());

      expect(output).toContain(
        "https://a.example/\ufffd[2Jb\ufffd31mc\ufffdd\ufffde\ufffdissuer  ok",
      );
      expect(output.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(exitCode).toBe(1);
    },
  );

  test("speaks JSON to programs", async () => {
    const { exitCode, output } = await run(["--json"], { ...settings(), SCOPES: "openid photos" });

    const { ok, verdicts, register } = JSON.parse(output);
    expect([exitCode, ok]).toEqual([1, false]);
    expect(verdicts).toContainEqual(
      expect.objectContaining({ check: "scopes", outcome: "problem" }),
    );
    expect(register).toEqual({
      callbackUrl: "http://localhost:3000/logged-in",
      signOutUrl: "http://localhost:3000/logout",
    });
  });

  test.each([[["--yaml"]], [["--json", "more"]]])(
    "explains itself where it does not understand: %j",
    async (words) => {
      const { exitCode, output, errors } = await run(words, settings());

      expect([exitCode, output]).toEqual([2, ""]);
      expect(errors).toContain("npm run doctor");
    },
  );
});
