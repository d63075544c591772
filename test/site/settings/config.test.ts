import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../src/sign-in/settings/problems.ts";
import { loadConfig } from "../../../src/site/settings/config.ts";

const pool = {
  COGNITO_DOMAIN: "https://tutorial.auth.eu-west-1.amazoncognito.com",
  COGNITO_USER_POOL_ID: "eu-west-1_Ab3dE5gH1",
  CLIENT_ID: "4k2nq7hb1t0c9client1id23ab",
  CLIENT_SECRET: "1q2w3e4r5t6y7u8i9o0p1a2s3d4f5g6h7j8k9l0z1x2c3v4b5n6",
};
const strongSecret = "0123456789abcdef0123456789abcdef0123456789abcdef";
const production = {
  ...pool,
  NODE_ENV: "production",
  APP_URL: "https://app.example.com",
  SESSION_SECRET: strongSecret,
};

function problemsOf(env: Record<string, string>) {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const settingsAtFault = (env: Record<string, string>) =>
  problemsOf(env).map(({ setting }) => setting);

describe("No settings at all", () => {
  test("lead to local Cognito and to the tutorial's addresses", () => {
    const config = loadConfig({});

    expect(config).toMatchObject({
      appUrl: "http://localhost:3000",
      callbackUrl: "http://localhost:3000/logged-in",
      signOutUrl: "http://localhost:3000/logout",
      userPool: undefined,
      hosts: ["127.0.0.1", "::1"],
      scopes: ["email", "openid", "phone", "aws.cognito.signin.user.admin"],
      sessionSecrets: undefined,
      usesHttps: false,
      trustProxy: false,
    });
  });

  test("APP_URL follows the port", () => {
    expect(loadConfig({ PORT: "8080" }).callbackUrl).toBe("http://localhost:8080/logged-in");
  });
});

describe("Four values of a user pool", () => {
  test("are enough beside a local APP_URL, and the issuer follows from the pool ID", () => {
    expect(loadConfig(pool).userPool).toEqual({
      domain: "https://tutorial.auth.eu-west-1.amazoncognito.com",
      issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab3dE5gH1",
      clientId: pool.CLIENT_ID,
      clientSecret: pool.CLIENT_SECRET,
    });
  });

  test("are taken without the blanks and newlines that copying adds", () => {
    const config = loadConfig({ ...pool, CLIENT_SECRET: ` ${pool.CLIENT_SECRET}\n` });

    expect(config.userPool?.clientSecret).toBe(pool.CLIENT_SECRET);
  });

  test("take a custom domain, and COGNITO_ISSUER in place of the pool ID", () => {
    const { COGNITO_USER_POOL_ID: _, ...rest } = pool;
    const issuer = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab3dE5gH1";

    const config = loadConfig({
      ...rest,
      COGNITO_DOMAIN: "https://auth.example.com/",
      COGNITO_ISSUER: issuer,
    });

    expect(config.userPool).toMatchObject({ domain: "https://auth.example.com", issuer });
  });
});

describe("Half a user pool", () => {
  test.each(Object.keys(pool))("says that %s is missing and where the console shows it", (name) => {
    const { [name as keyof typeof pool]: _, ...rest } = pool;

    const problems = problemsOf(rest);

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ setting: name, what: "is missing." });
    expect(problems[0]?.remedy).toContain("Cognito console: User pools ▸ your pool");
  });

  test("lists every problem at once, each with its reason", () => {
    const problems = problemsOf({ CLIENT_ID: "your-client-id", PORT: "abc", LOG_LEVEL: "loud" });

    expect(problems.map(({ setting }) => setting).sort()).toEqual([
      "CLIENT_ID",
      "CLIENT_SECRET",
      "COGNITO_DOMAIN",
      "COGNITO_USER_POOL_ID",
      "LOG_LEVEL",
      "PORT",
    ]);
    for (const { why, remedy } of problems) expect([why, remedy]).not.toContain("");
  });

  test("never repeats a value, which may be a secret", () => {
    const secret = "short-but-secret";

    const problems = problemsOf({ ...pool, CLIENT_SECRET: secret, SESSION_SECRET: secret });

    expect(problems.map(({ setting }) => setting)).toEqual(["CLIENT_SECRET", "SESSION_SECRET"]);
    expect(new ConfigError(problems).message).not.toContain(secret);
  });
});

describe("CF-1: a malformed setting is named", () => {
  test.each<[string, Record<string, string>, string]>([
    [
      "a domain without a scheme",
      { COGNITO_DOMAIN: "x.auth.eu-west-1.amazoncognito.com" },
      "COGNITO_DOMAIN",
    ],
    [
      "a placeholder domain",
      { COGNITO_DOMAIN: "https://PREFIX.auth.REGION.amazoncognito.com" },
      "COGNITO_DOMAIN",
    ],
    [
      "the issuer's host as domain",
      { COGNITO_DOMAIN: "https://cognito-idp.eu-west-1.amazonaws.com" },
      "COGNITO_DOMAIN",
    ],
    ["an impossible host name", { COGNITO_DOMAIN: "https://a;b.example.com" }, "COGNITO_DOMAIN"],
    [
      "an issuer with a password in it",
      { COGNITO_ISSUER: "https://user:secret@issuer.example/pool" },
      "COGNITO_ISSUER",
    ],
    ["half the world as proxy", { TRUST_PROXY: "0.0.0.0/1,128.0.0.0/1" }, "TRUST_PROXY"],
    ["an impossible range", { TRUST_PROXY: "10.0.0.0/64" }, "TRUST_PROXY"],
    ["a domain with a path", { COGNITO_DOMAIN: `${pool.COGNITO_DOMAIN}/login` }, "COGNITO_DOMAIN"],
    ["a domain by plain http", { COGNITO_DOMAIN: "http://auth.example.com" }, "COGNITO_DOMAIN"],
    ["a pool ID without a region", { COGNITO_USER_POOL_ID: "Zz9yX8wV7" }, "COGNITO_USER_POOL_ID"],
    [
      "a placeholder pool ID",
      { COGNITO_USER_POOL_ID: "eu-west-1_xxxxxxxxx" },
      "COGNITO_USER_POOL_ID",
    ],
    [
      "a pool of another region",
      { COGNITO_USER_POOL_ID: "us-east-1_Ab3dE5gH1" },
      "COGNITO_USER_POOL_ID",
    ],
    ["a placeholder client ID", { CLIENT_ID: "<client id>" }, "CLIENT_ID"],
    ["a truncated secret", { CLIENT_SECRET: "abc" }, "CLIENT_SECRET"],
    ["an issuer by plain http", { COGNITO_ISSUER: "http://issuer.example/pool" }, "COGNITO_ISSUER"],
    [
      "an issuer that ends in a slash",
      { COGNITO_ISSUER: "https://issuer.example/" },
      "COGNITO_ISSUER",
    ],
    ["APP_URL with a path", { APP_URL: "https://app.example.com/app" }, "APP_URL"],
    ["APP_URL with a fragment", { APP_URL: "https://app.example.com/#" }, "APP_URL"],
    ["APP_URL by plain http", { APP_URL: "http://app.example.com" }, "APP_URL"],
    ["a port that is none", { PORT: "abc" }, "PORT"],
    ["a port out of range", { PORT: "70000" }, "PORT"],
    ["two servers on one port", { LOCAL_COGNITO_PORT: "3000" }, "LOCAL_COGNITO_PORT"],
    ["a port for metrics that is none", { METRICS_PORT: "0" }, "METRICS_PORT"],
    ["metrics on the app's port", { METRICS_PORT: "3000" }, "METRICS_PORT"],
    ["metrics on local Cognito's port", { METRICS_PORT: "4300" }, "METRICS_PORT"],
    ["an idle limit that is no number", { SESSION_IDLE_MINUTES: "soon" }, "SESSION_IDLE_MINUTES"],
    ["an age limit of nothing", { SESSION_MAX_HOURS: "0" }, "SESSION_MAX_HOURS"],
    ["an unknown environment", { NODE_ENV: "staging" }, "NODE_ENV"],
    ["a proxy list that trusts all", { TRUST_PROXY: "true" }, "TRUST_PROXY"],
    ["a proxy range that is everybody", { TRUST_PROXY: "0.0.0.0/0" }, "TRUST_PROXY"],
    ["scopes without openid", { SCOPES: "email phone" }, "SCOPES"],
    ["a provider name with a blank", { IDENTITY_PROVIDERS: "Goo gle" }, "IDENTITY_PROVIDERS"],
    [
      "certificate checks switched off",
      { NODE_TLS_REJECT_UNAUTHORIZED: "0" },
      "NODE_TLS_REJECT_UNAUTHORIZED",
    ],
    ["a proxy without a scheme", { HTTPS_PROXY: "proxy.example:3128" }, "HTTPS_PROXY"],
    ["a proxy of another kind", { HTTPS_PROXY: "socks5://proxy.example:1080" }, "HTTPS_PROXY"],
    ["a proxy on no host", { HTTPS_PROXY: "http://:3128" }, "HTTPS_PROXY"],
    ["a proxy with a path", { HTTPS_PROXY: "http://proxy.example:3128/pool" }, "HTTPS_PROXY"],
    [
      "a password with # for the proxy",
      { HTTPS_PROXY: "http://me:open#sesame@proxy.example" },
      "HTTPS_PROXY",
    ],
    [
      "a password with a bare % for the proxy",
      { HTTPS_PROXY: "http://me:50%off@proxy.example" },
      "HTTPS_PROXY",
    ],
    ["a Redis without a scheme", { REDIS_URL: "10.0.0.1:6379" }, "REDIS_URL"],
    ["a Redis by http", { REDIS_URL: "http://10.0.0.1:6379" }, "REDIS_URL"],
    ["a Redis by a scheme of its own", { REDIS_URL: "redis+sentinel://10.0.0.1" }, "REDIS_URL"],
    ["a Redis without a host", { REDIS_URL: "redis://:secret@" }, "REDIS_URL"],
    ["a Redis on no port", { REDIS_URL: "redis://10.0.0.1:0" }, "REDIS_URL"],
    ["a Redis on an impossible host", { REDIS_URL: "redis://a,b:6379" }, "REDIS_URL"],
    ["a Redis with a word for a database", { REDIS_URL: "redis://10.0.0.1/main" }, "REDIS_URL"],
    ["a Redis with a negative database", { REDIS_URL: "redis://10.0.0.1/-1" }, "REDIS_URL"],
    ["a Redis with options", { REDIS_URL: "rediss://10.0.0.1?ssl_cert_reqs=none" }, "REDIS_URL"],
    ["a Redis with a password cut by #", { REDIS_URL: "redis://:ab#cd@10.0.0.1" }, "REDIS_URL"],
    ["a Redis with a bare % in the password", { REDIS_URL: "redis://:a%@10.0.0.1" }, "REDIS_URL"],
    ["a placeholder for Redis", { REDIS_URL: "redis://HOST:6380" }, "REDIS_URL"],
    ["a placeholder for its password", { REDIS_URL: "redis://:your-password@h" }, "REDIS_URL"],
  ])("%s", (_case, env, setting) => {
    const problems = problemsOf({ ...pool, SESSION_SECRET: strongSecret, ...env });

    expect(problems.map((problem) => problem.setting)).toEqual([setting]);
    const { message } = new ConfigError(problems);
    for (const value of Object.values(env)) {
      if (value.length > 5) expect(message).not.toContain(value);
    }
  });

  test.each([
    ["under 32 bytes", "0123456789"],
    ["repeated characters", "ab".repeat(30)],
    ["eight characters again and again", "abcdefgh".repeat(4)],
    ["nothing but commas", " , "],
    ["a placeholder", "change-me-change-me-change-me-change-me"],
    ["a command that nothing runs", '$(node -e "console.log(crypto.randomBytes(32))")'],
    ["a variable that nothing expands", "${SESSION_SECRET_OF_THE_SHOP_OF_TODAY}"],
    ["the client secret", pool.CLIENT_SECRET],
    ["weak in its second part", `${strongSecret},short`],
  ])("a session secret that is %s", (_case, secret) => {
    expect(settingsAtFault({ ...production, SESSION_SECRET: secret })).toEqual(["SESSION_SECRET"]);
  });
});

describe("REDIS_URL", () => {
  test.each([
    ["redis://127.0.0.1", { host: "127.0.0.1", port: 6379, usesTls: false, isExposed: false }],
    ["redis://localhost:7000/", { host: "localhost", port: 7000, isExposed: false }],
    ["redis://[::1]:6379/15", { host: "::1", database: 15, isExposed: false }],
    ["redis://redis_1", { host: "redis_1", usesTls: false, isExposed: true }],
    ["rediss://cache.example.com/0", { usesTls: true, database: 0, isExposed: false }],
    ["redis://:p%23a%2Fs@h", { username: undefined, password: "p#a/s" }],
    ["rediss://us%40er:a@b@h", { username: "us@er", password: "a@b" }],
  ])("%s is where Redis is", (url, redis) => {
    expect(loadConfig({ REDIS_URL: url }).redis).toMatchObject(redis);
  });

  test("CF-2: is never repeated, since it may hold a password", () => {
    const problems = problemsOf({ REDIS_URL: "redis://me:open-sesame@10.0.0.1/x" });

    expect(new ConfigError(problems).message).not.toMatch(/sesame|10\.0\.0\.1/);
  });

  test("TE-7: with TLS wants certificates to be checked", () => {
    const env = { REDIS_URL: "rediss://cache.example.com", NODE_TLS_REJECT_UNAUTHORIZED: "0" };

    expect(settingsAtFault(env)).toEqual(["NODE_TLS_REJECT_UNAUTHORIZED"]);
    expect(settingsAtFault({ ...env, REDIS_URL: "redis://127.0.0.1" })).toEqual([]);
  });
});

describe("HTTPS_PROXY", () => {
  test.each([
    "http://proxy.example:3128",
    "https://proxy.example/",
    "http://me:open%23sesame@10.0.0.1:3128",
  ])("may be %s", (url) => {
    expect(settingsAtFault({ ...pool, HTTPS_PROXY: url })).toEqual([]);
  });
});

describe("Beside local Cognito", () => {
  test("a proxy is nobody's business: no call leaves this machine", () => {
    expect(settingsAtFault({ HTTPS_PROXY: "socks5://proxy.example:1080" })).toEqual([]);
  });

  test("buttons are refused of providers that it has no stand-in for: they would lead to an error", () => {
    expect(settingsAtFault({ IDENTITY_PROVIDERS: "Google,Facebook,LoginWithAmazon" })).toEqual([]);
    expect(settingsAtFault({ IDENTITY_PROVIDERS: "Google,Okta" })).toEqual(["IDENTITY_PROVIDERS"]);
  });
});

describe("Safety follows from the settings", () => {
  test("a public APP_URL needs a user pool and a session secret, whatever NODE_ENV says", () => {
    expect(settingsAtFault({ APP_URL: "https://app.example.com" })).toEqual([
      ...Object.keys(pool),
      "SESSION_SECRET",
    ]);
  });

  test("production needs them even on loopback", () => {
    expect(settingsAtFault({ NODE_ENV: "production" })).toEqual([
      ...Object.keys(pool),
      "SESSION_SECRET",
    ]);
  });

  test("LL-3: a loopback issuer by plain http is accepted only beside an APP_URL on loopback", () => {
    const local = {
      COGNITO_DOMAIN: "http://127.0.0.1:4300",
      COGNITO_ISSUER: "http://127.0.0.1:4300/eu-west-1_Ab3dE5gH1",
      CLIENT_ID: pool.CLIENT_ID,
      CLIENT_SECRET: pool.CLIENT_SECRET,
    };

    expect(settingsAtFault(local)).toEqual([]);
    expect(settingsAtFault({ ...production, ...local })).toEqual([
      "COGNITO_DOMAIN",
      "COGNITO_ISSUER",
    ]);
  });

  test("https makes cookies secure and opens every interface", () => {
    const config = loadConfig(production);

    expect(config).toMatchObject({
      usesHttps: true,
      hosts: [undefined],
      sessionSecrets: [strongSecret],
    });
  });

  test("several session secrets rotate, and proxies are counted or named", () => {
    const config = loadConfig({
      ...production,
      SESSION_SECRET: `${strongSecret}, ${strongSecret}2`,
      TRUST_PROXY: "10.0.0.0/8, ::1",
    });

    expect(config.sessionSecrets).toEqual([strongSecret, `${strongSecret}2`]);
    expect(config.trustProxy).toEqual(["10.0.0.0/8", "::1"]);
  });
});
