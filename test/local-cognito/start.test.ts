import { once } from "node:events";
import { stat } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startLocalCognito } from "../../src/local-cognito/local-cognito.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { Browser } from "./support/browser.ts";
import { redeem, refresh } from "./support/client.ts";
import {
  authorizeAddress,
  CALLBACK,
  callbackOf,
  codeOf,
  DATABASE,
  register,
  SIGN_OUT,
  signIn,
  signUp,
  startPool,
} from "./support/pool.ts";

const options = { port: 0, callbackUrls: [CALLBACK], signOutUrls: [SIGN_OUT] };

describe("startLocalCognito", () => {
  test.each(["0.0.0.0", "192.168.1.20", "dev.example.org", "127.0.0.1.example.org"])(
    "LL-1: refuses to listen on %s and says why",
    async (host) => {
      const dataDirectory = await temporaryDirectory();
      const start = startLocalCognito({ ...options, dataDirectory, host });
      await expect(start).rejects.toThrow(`does not listen on ${host}`);
    },
  );

  // A server for every address of the machine has these two as well.
  test.each(["127.0.0.2", "::1"])(
    "LL-1: listens on 127.0.0.1 unless told otherwise, not on %s",
    async (host) => {
      const { origin } = await startPool();
      const port = Number(new URL(origin).port);
      expect(origin).toBe(`http://127.0.0.1:${port}`);
      const connecting = connect({ host, port });
      onTestFinished(() => void connecting.destroy());
      await expect(once(connecting, "connect")).rejects.toThrow(/ECONNREFUSED|EADDRNOTAVAIL/);
    },
  );

  test("LL-2: refuses to start in production", async () => {
    const dataDirectory = await temporaryDirectory();
    const start = startLocalCognito({ ...options, dataDirectory, isProduction: true });
    await expect(start).rejects.toThrow(/NODE_ENV=production[\s\S]*COGNITO_DOMAIN/);
  });

  test.each(["https://www.example.org/logged-in", "http://localhost.example.org/", "nonsense"])(
    "LL-2: refuses the callback URL %s, which is not on this machine",
    async (url) => {
      const dataDirectory = await temporaryDirectory();
      const start = startLocalCognito({ ...options, dataDirectory, callbackUrls: [CALLBACK, url] });
      await expect(start).rejects.toThrow(/APP_URL/);
    },
  );

  test.each([
    ["http://localhost:3000/logged-in#x", "must have no fragment"],
    ["ftp://localhost/logged-in", "must be https, http on localhost, or the scheme of an app"],
    ["javascript://localhost/%0aalert(1)", "must be https, http on localhost, or the scheme"],
    ["data:text/html,hello", "must be https, http on localhost, or the scheme"],
  ])("LL-2: refuses the callback and sign-out URL %s, as AWS does", async (url, problem) => {
    for (const name of ["callbackUrls", "signOutUrls"]) {
      const dataDirectory = await temporaryDirectory();
      const start = startLocalCognito({ ...options, dataDirectory, [name]: [url] });
      await expect(start).rejects.toThrow(problem);
    }
  });

  test("takes the scheme of an app on this machine, and lets forms end there", async () => {
    const callback = "com.example.app://signed-in";
    const pool = await startPool({ callbackUrls: [callback] });
    const address = authorizeAddress(pool, { redirect_uri: callback, prompt: "none" });
    const page = await pool.browser().get(address);
    expect(page.location).toMatch(/^com\.example\.app:\/\/signed-in\?error=login_required&/);
    expect(page.headers.get("content-security-policy")).toContain(
      "form-action 'self' com.example.app:",
    );
  });

  test("leaves the system's error recognisable when the port is taken, and can start later", async () => {
    const pool = await startPool();
    const port = Number(new URL(pool.origin).port);
    const dataDirectory = await temporaryDirectory();
    const second = startLocalCognito({ ...options, dataDirectory, port });
    await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
    await pool.close();
    await startPool({ dataDirectory, port });
  });

  test("keeps what it writes from other users of the machine", async () => {
    const dataDirectory = join(await temporaryDirectory(), "made");
    await startPool({ dataDirectory });
    expect((await stat(dataDirectory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataDirectory, DATABASE))).mode & 0o777).toBe(0o600);
  });

  test("makes identifiers of the shape that Cognito's have, different in every pool", async () => {
    const directories = await Promise.all([temporaryDirectory(), temporaryDirectory()]);
    const [one, other] = [
      await startPool({ dataDirectory: directories[0] }),
      await startPool({ dataDirectory: directories[1] }),
    ];
    expect(one.userPoolId).toMatch(/^eu-west-1_[A-Za-z0-9]{9}$/);
    expect(one.clientId).toMatch(/^[a-z0-9]{26}$/);
    expect(one.clientSecret).toMatch(/^[a-z0-9]{51}$/);
    expect(one.issuer).toBe(`${one.origin}/${one.userPoolId}`);
    expect(other.userPoolId).not.toBe(one.userPoolId);
    expect(other.clientSecret).not.toBe(one.clientSecret);
  });

  test("keeps users, keys, client, hosted session and refresh tokens over a restart", async () => {
    const dataDirectory = await temporaryDirectory();
    const first = await startPool({ dataDirectory });
    const browser = first.browser();
    const { body } = await redeem(first, codeOf(await register(first, browser)));
    const keys = await browser.get(`/${first.userPoolId}/.well-known/jwks.json`);
    await first.close();

    const port = Number(new URL(first.origin).port);
    const second = await startPool({ dataDirectory, port });
    expect(second.userPoolId).toBe(first.userPoolId);
    expect(second.clientId).toBe(first.clientId);
    expect(second.clientSecret).toBe(first.clientSecret);
    const keysNow = await browser.get(`/${second.userPoolId}/.well-known/jwks.json`);
    expect(keysNow.text).toBe(keys.text);
    expect(callbackOf(await browser.get(authorizeAddress(second))).get("code")).toBeTruthy();
    expect(codeOf(await signIn(second, second.browser()))).toBeTruthy();
    expect((await refresh(second, body.refresh_token)).status).toBe(200);
  });

  test("finishes a sign-up that was begun before a restart", async () => {
    const dataDirectory = await temporaryDirectory();
    const first = await startPool({ dataDirectory });
    const browser = first.browser();
    const page = await signUp(first, browser);
    const inbox = await browser.get("/_local/inbox", { accept: "application/json" });
    await first.close();

    await startPool({ dataDirectory, port: Number(new URL(first.origin).port) });
    const { code } = JSON.parse(inbox.text)[0];
    expect(codeOf(await browser.submit(page, "Confirm account", { code }))).toBeTruthy();
  });

  test("can be closed twice", async () => {
    const pool = await startPool();
    await Promise.all([pool.close(), pool.close()]);
  });

  test("LL-11: has nobody in it who was not put there", async () => {
    const pool = await startPool();
    const page = await new Browser(pool.origin).get("/_local/users", {
      accept: "application/json",
    });
    expect(JSON.parse(page.text)).toEqual([]);
  });
});
