import { access, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { keptSigningKeys, startUserPool, type TestUserPool } from "express-cognito-sign-in/testing";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { noteSecret } from "../support/canary.ts";
import { issueCertificate } from "../support/certificates.ts";
import { start } from "../support/start.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { createVisitor } from "../support/visitor.ts";
import { claimsOf, runPool } from "./support/pool.ts";

const mira = {
  username: "mira",
  attributes: { email: "mira@example.org", "custom:team": "blue" },
  groups: ["editors", "authors"],
};

const codeGrant = {
  GenerateSecret: true,
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ["code"],
  AllowedOAuthScopes: ["openid", "email"],
  SupportedIdentityProviders: ["COGNITO"],
  CallbackURLs: ["http://localhost:3000/logged-in"],
};

async function templateWith(client: Record<string, unknown> = {}): Promise<string> {
  const template = join(await temporaryDirectory(), "template.json");
  const Parameters = { Name: { Type: "String", Default: "of-a-template" } };
  const Resources = {
    UserPool: {
      Type: "AWS::Cognito::UserPool",
      Properties: { UserPoolName: { Ref: "Name" }, AutoVerifiedAttributes: ["email"] },
    },
    Client: {
      Type: "AWS::Cognito::UserPoolClient",
      Properties: { UserPoolId: { Ref: "UserPool" }, ...codeGrant, ...client },
    },
  };
  await writeFile(template, JSON.stringify({ Parameters, Resources }));
  return template;
}

/** Whether a request that names this callback URL gets as far as the sign-in page. */
async function isKnown({ origin, clientId }: TestUserPool, redirectUri: string): Promise<boolean> {
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: "code",
    redirect_uri: redirectUri,
  });
  const answer = await fetch(`${origin}/oauth2/authorize?${query}`, { redirect: "manual" });
  return answer.headers.get("location")?.startsWith(`${origin}/login?`) === true;
}

const asJson = { headers: { accept: "application/json" } };

/** The app of this project beside a pool of the test's own, registered there. */
async function startAppBeside(pool: Awaited<ReturnType<typeof runPool>>) {
  const app = await start({ userPool: { ...pool, domain: pool.origin } });
  pool.register({ callbackUrl: app.config.callbackUrl, signOutUrl: app.config.signOutUrl });
  return app;
}

test("the package exports what the tests import, with types", async () => {
  const root = new URL("../../", import.meta.url);
  const readJson = async (name: string) => JSON.parse(await readFile(new URL(name, root), "utf8"));
  const { exports } = await readJson("package.json");

  const imported = import.meta.resolve("express-cognito-sign-in/testing");
  expect(new URL(imported).href).toBe(
    new URL("dist/package/testing/start-user-pool.js", root).href,
  );
  expect(exports["./testing"].types).toBe("./dist/package/testing/start-user-pool.d.ts");
  await access(new URL(exports["./testing"].types, root));
});

describe("startUserPool", () => {
  test("serves a pool on a port of its own, and nothing once it is closed", async () => {
    const [first, second] = [await runPool(), await runPool()];

    expect(first.origin).not.toBe(second.origin);
    const discovery = await fetch(`${first.issuer}/.well-known/openid-configuration`);
    expect(await discovery.json()).toMatchObject({ issuer: first.issuer });
    await first.close();
    await expect(fetch(first.origin)).rejects.toThrow();
  });

  test("lets forms end at the app that registers while it runs", async () => {
    const pool = await runPool();
    const formsMayEndAt = async () =>
      (await fetch(pool.origin)).headers.get("content-security-policy");

    expect(await formsMayEndAt()).toMatch(/form-action 'self'$/);
    pool.register({ callbackUrl: "http://localhost:7000/callback" });
    expect(await formsMayEndAt()).toMatch(/form-action 'self' http:\/\/localhost:7000$/);
  });

  test("takes settings, and keeps the tutorial's for the rest", async () => {
    const pool = await runPool({ settings: { poolName: "mine", client: { scopes: ["openid"] } } });

    const { settings } = await (await fetch(`${pool.origin}/_local`, asJson)).json();
    expect(settings).toMatchObject({
      poolName: "mine",
      mfa: "OPTIONAL",
      client: { scopes: ["openid"], idTokenSeconds: 3600 },
    });
  });

  test("takes them from a CloudFormation template as well", async () => {
    const template = await templateWith();
    const settings = { client: { accessTokenSeconds: 300 } };
    const pool = await runPool({ template, settings });

    const overview = await (await fetch(`${pool.origin}/_local`, asJson)).json();
    expect(overview.settings.poolName).toBe("of-a-template");
    expect((await pool.signInAs(mira)).expiresInSeconds).toBe(300);
  });

  test("warns once of what AWS does not know in a template", async () => {
    const template = await templateWith({ Colour: "red" });
    const warnings: string[] = [];
    const note = ({ message }: Error) => warnings.push(message);
    process.on("warning", note);
    onTestFinished(() => void process.off("warning", note));
    for (let times = 0; times < 2; times += 1) await runPool({ template });
    await setImmediate();

    expect(warnings).toEqual([
      "Resources.Client.Properties.Colour: AWS has no such property. It is ignored.",
    ]);
  });

  test("takes other values for the parameters of a template", async () => {
    const pool = await runPool({ template: await templateWith(), parameters: { Name: "other" } });

    const overview = await (await fetch(`${pool.origin}/_local`, asJson)).json();
    expect(overview.settings.poolName).toBe("other");
  });

  test("knows the URLs of a template that are on this machine, unless it is given others", async () => {
    const template = await templateWith({
      CallbackURLs: ["http://localhost:3000/logged-in", "https://www.example.org/logged-in"],
      LogoutURLs: ["http://localhost:3000/bye"],
    });
    const there = "http://localhost:4000/callback";
    const ofTemplate = await runPool({ template });
    const ofTest = await runPool({ template, callbackUrls: [there] });
    const ofSettings = await runPool({ settings: { client: { callbackUrls: [there] } } });

    expect(await isKnown(ofTemplate, "http://localhost:3000/logged-in")).toBe(true);
    expect(await isKnown(ofTemplate, "https://www.example.org/logged-in")).toBe(false);
    expect(await isKnown(ofTest, "http://localhost:3000/logged-in")).toBe(false);
    expect(await isKnown(ofTest, there)).toBe(true);
    expect(await isKnown(ofSettings, there)).toBe(true);
    const logout = `${ofTemplate.origin}/logout?client_id=${ofTemplate.clientId}&logout_uri=http://localhost:3000/bye`;
    const goodbye = await fetch(logout, { redirect: "manual" });
    expect(goodbye.headers.get("location")).toBe("http://localhost:3000/bye");
  });

  test("is served by https with a certificate, and signs users in to an app all the same", async () => {
    const pool = await runPool({ certificate: issueCertificate({ hosts: ["localhost"] }) });
    expect(pool.origin).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(pool.environment).toMatchObject({ COGNITO_DOMAIN: pool.origin });
    const callbackUrl = "http://127.0.0.1:9/back";
    pool.register({ callbackUrl });
    const query = new URLSearchParams({
      client_id: pool.clientId,
      response_type: "code",
      redirect_uri: callbackUrl,
    });
    // Nothing listens there: the browser has gone through the pool, and on to the app.
    const visit = pool.signInTo(`${pool.origin}/oauth2/authorize?${query}`, { username: "mira" });
    await expect(visit).rejects.toThrow(/ECONNREFUSED|EACCES/);
  });

  test("LL-2: refuses to start in production, and to send people off this machine", async () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const production of ["production", " production"]) {
      vi.stubEnv("NODE_ENV", production);
      await expect(startUserPool()).rejects.toThrow(
        "Local Cognito does not start with NODE_ENV=production",
      );
    }
    vi.unstubAllEnvs();

    await expect(startUserPool({ callbackUrls: ["https://app.example/cb"] })).rejects.toThrow(
      "does not send people to https://app.example/cb",
    );
    const pool = await runPool();
    expect(() => pool.register({ signOutUrl: "https://app.example/" })).toThrow(
      "does not send people to https://app.example/",
    );
  });

  test("signs with the keys that it is given, and keeps them in a file where asked to", async () => {
    const file = join(await temporaryDirectory(), "cache", "keys.json");
    const signingKeys = await keptSigningKeys(file);

    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(signingKeys);
    await writeFile(file, '{"id":"kept"}');
    expect(await keptSigningKeys(file)).toEqual({ id: "kept" });
    const pool = await runPool({ signingKeys });
    const jwks = await (await fetch(`${pool.issuer}/.well-known/jwks.json`)).json();
    expect(jwks.keys.map(({ kid }: { kid: string }) => kid)).toEqual([
      signingKeys.id.kid,
      signingKeys.access.kid,
    ]);
  });

  test("keeps one pair of keys, however many ask for them at once", async () => {
    const folder = await temporaryDirectory();
    const file = join(folder, "keys.json");
    const [kept, ...others] = await Promise.all([1, 2, 3].map(() => keptSigningKeys(file)));

    for (const other of others) expect(other).toEqual(kept);
    expect(await readdir(folder)).toEqual(["keys.json"]);
  });
});

describe("signInAs", () => {
  test("issues tokens that say who it is, and that the pool takes", async () => {
    const pool = await runPool();
    const signedIn = await pool.signInAs(mira, { nonce: "n-1" });

    expect(claimsOf(signedIn.idToken)).toMatchObject({
      iss: pool.issuer,
      aud: pool.clientId,
      sub: signedIn.sub,
      "cognito:username": "mira",
      "cognito:groups": ["authors", "editors"],
      email: "mira@example.org",
      email_verified: true,
      "custom:team": "blue",
      nonce: "n-1",
    });
    const headers = { authorization: `Bearer ${signedIn.accessToken}` };
    const userInfo = await fetch(`${pool.origin}/oauth2/userInfo`, { headers });
    expect(await userInfo.json()).toMatchObject({ sub: signedIn.sub, username: "mira" });
    const refreshed = await pool.postToken({
      grant_type: "refresh_token",
      refresh_token: signedIn.refreshToken,
    });
    expect(refreshed.status).toBe(200);
  });

  test("changes the user of that name, who stays the same", async () => {
    const pool = await runPool();
    const before = await pool.signInAs(mira);
    const after = await pool.signInAs({ username: "mira", groups: [], emailVerified: false });

    expect(after.sub).toBe(before.sub);
    const claims = claimsOf(after.idToken);
    expect(claims).toMatchObject({ email: "mira@example.org", email_verified: false });
    expect(claims).not.toHaveProperty("cognito:groups");
    const rival = { username: "noor", attributes: { email: "mira@example.org" } };
    await pool.signInAs({ ...mira, emailVerified: true });
    await expect(pool.signInAs(rival)).rejects.toThrow("noor cannot be in this pool: email-taken");
    await pool.signInAs({ username: "mira", attributes: { email: "mira@elsewhere.example" } });
    expect(claimsOf((await pool.signInAs(rival)).idToken).email).toBe("mira@example.org");
  });

  test("keeps the address of a user whose other attributes are given", async () => {
    const pool = await runPool();
    const noor = { username: "noor", attributes: { "custom:team": "red" } };

    expect(claimsOf((await pool.signInAs(noor)).idToken)).toMatchObject({
      email: "noor@example.org",
      email_verified: true,
      "custom:team": "red",
    });
    await pool.signInAs(mira);
    const changed = await pool.signInAs({ ...noor, username: "mira" });
    expect(claimsOf(changed.idToken)).toMatchObject({
      email: "mira@example.org",
      "custom:team": "red",
    });
  });

  test("gives cookies with which the pool asks a browser for no password", async () => {
    const pool = await runPool();
    const app = await startAppBeside(pool);
    const { cookies } = await pool.signInAs(mira);
    const visitor = createVisitor();
    for (const { name, value, url } of cookies) visitor.setCookie(url, `${name}=${value}`);

    const page = await visitor.visit(`${app.appUrl}/login`);

    expect(page.url).toBe(`${app.appUrl}/logged-in`);
    expect(page.text).toContain("mira@example.org");
  });

  test("lets a user sign in on the page with the password that was given, and nobody without one", async () => {
    const pool = await runPool();
    const app = await startAppBeside(pool);
    const password = "Correct-horse-7";
    noteSecret("a password", password);
    await pool.signInAs({ username: "noor", password });
    await pool.signInAs(mira);
    const signIn = async (username: string) => {
      const page = await createVisitor().visit(`${app.appUrl}/login`);
      return await page.submit("Sign in", { Username: username, Password: password });
    };

    expect((await signIn("noor")).url).toBe(`${app.appUrl}/logged-in`);
    expect((await signIn("mira")).alert).toBe("Incorrect username or password.");
  });
});

describe("signInTo", () => {
  test("ends with the app's cookies of a signed-in user", async () => {
    const pool = await runPool();
    const app = await startAppBeside(pool);

    const visit = await pool.signInTo(`${app.appUrl}/login`, mira);

    expect(visit).toMatchObject({ status: 200, url: `${app.appUrl}/logged-in` });
    const page = await fetch(`${app.appUrl}/logged-in`, { headers: { cookie: visit.cookie } });
    expect(await page.text()).toContain("mira@example.org");
    expect(visit.cookies.map(({ url }) => url)).toEqual([app.appUrl]);
  });

  test("says what the pool had against it", async () => {
    const pool = await runPool();
    const app = await start({ userPool: { ...pool, domain: pool.origin } });

    await expect(pool.signInTo(`${app.appUrl}/login`, mira)).rejects.toThrow(
      /ended at the pool's \/error \(redirect_mismatch\)\.\nredirect_uri .*\n.*pool\.register/,
    );
  });
});

describe("mint", () => {
  test("signs any claims, and leaves out those that are undefined", async () => {
    const pool = await runPool();

    const id = claimsOf(await pool.mint("id", { sub: "s-1", email: undefined, extra: [1] }));
    expect(id).toMatchObject({ sub: "s-1", aud: pool.clientId, token_use: "id", extra: [1] });
    expect(id).not.toHaveProperty("email");
    const access = claimsOf(await pool.mint("access", { scope: "openid" }));
    expect(access).toMatchObject({
      client_id: pool.clientId,
      token_use: "access",
      scope: "openid",
    });
  });
});

describe("requests", () => {
  test("are noted in order, with what was sent and how it was answered", async () => {
    const pool = await runPool();
    const app = await startAppBeside(pool);
    pool.requests.length = 0;
    await pool.signInTo(`${app.appUrl}/login`, mira);

    const [authorize, token] = pool.requests.filter(({ path }) => path.startsWith("/oauth2/"));
    expect(authorize).toMatchObject({ method: "GET", path: "/oauth2/authorize", status: 302 });
    expect(authorize?.query.get("scope")).toContain("openid");
    expect(token).toMatchObject({ method: "POST", path: "/oauth2/token", status: 200 });
    expect(token?.form.get("grant_type")).toBe("authorization_code");
    expect(token?.headers.authorization).toMatch(/^Basic /);
  });

  test("keep the forms of those that an endpoint in trouble has not answered", async () => {
    const pool = await runPool();
    pool.faults.endpoints.token = "error";
    await pool.postToken({ grant_type: "refresh_token", refresh_token: "r" });

    expect(pool.requests).toHaveLength(1);
    expect(pool.requests[0]?.form.get("refresh_token")).toBe("r");
    expect(pool.requests[0]?.status).toBe(500);
  });
});

test("mails holds what the pool would have sent", async () => {
  const pool = await runPool();
  const app = await startAppBeside(pool);
  onTestFinished(app.stop);
  const page = await (await createVisitor().visit(`${app.appUrl}/signup`)).submit("Sign up", {
    Username: "noor",
    Email: "noor@example.org",
    Password: "Correct-horse-7",
  });
  const [mail] = pool.mails();

  expect(mail?.to).toBe("noor@example.org");
  const loggedIn = await page.submit("Confirm account", { "Verification code": mail?.code ?? "" });
  expect(loggedIn.url).toBe(`${app.appUrl}/logged-in`);
});

test("authenticatorApp shows a user's second factor and its codes", async () => {
  const pool = await runPool();
  const scopes = ["openid", "aws.cognito.signin.user.admin"];
  const { accessToken: AccessToken } = await pool.signInAs(mira, { scopes });
  const call = async (operation: string, input: object) => {
    const answer = await fetch(pool.endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify({ AccessToken, ...input }),
    });
    expect(answer.status, operation).toBe(200);
  };
  expect(await pool.authenticatorApp("mira")).toBeUndefined();
  await expect(pool.authenticatorApp("noor")).rejects.toThrow("There is no user noor");

  await call("AssociateSoftwareToken", {});
  const { pending } = (await pool.authenticatorApp("mira")) ?? {};
  noteSecret("the secret of an authenticator app", pending?.secret);
  await call("VerifySoftwareToken", { UserCode: pending?.code });
  expect(await pool.authenticatorApp("mira")).toMatchObject({ isOn: false });
  await call("SetUserMFAPreference", { SoftwareTokenMfaSettings: { Enabled: true } });

  const app = await pool.authenticatorApp("mira");
  expect(app).toMatchObject({ secret: pending?.secret, isOn: true });
  expect(app?.code).toMatch(/^\d{6}$/);
  expect(app?.code).not.toBe(pending?.code);
  expect(app).not.toHaveProperty("pending");
});
