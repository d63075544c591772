import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type Answer,
  answer,
  drip,
  resetMidBody,
  silence,
  silenceAfterHeaders,
} from "../../support/faults.ts";
import { stopClock } from "../../support/own-clock.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { callbackOf, expectRefused, signInAtProvider } from "../../support/refused.ts";
import type { TokenContext } from "../../support/scripted-provider.ts";
import { awkwardClientSecret } from "../../support/scripted-provider.ts";
import { signedInAs } from "../../support/signed-in.ts";
import { start, startForAll } from "../../support/start.ts";
import { createVisitor, type Visitor } from "../../support/visitor.ts";

const tokenPath = "/oauth2/token";

const provider = providerForAll({ clientSecret: awkwardClientSecret });
const app = startForAll(() => ({ userPool: provider() }));

function refusal(visitor: Visitor) {
  return { app: app(), visitor, provider: provider() };
}

beforeEach(() => {
  app().log.length = 0;
});

/** The last entry of the log of this test that carries a code. */
function lastRefusal() {
  return app().log.findLast(({ code }) => code !== undefined);
}

describe("A good token request", () => {
  test("TE-1: is one POST with the code, the verifier and the same callback URL", async () => {
    const page = await signInAtProvider(createVisitor(), app());

    const requests = provider().requests.filter(({ path }) => path === tokenPath);
    const authorize = provider().requests.find(({ path }) => path === "/oauth2/authorize");
    const [request] = requests;
    const form = Object.fromEntries(new URLSearchParams(request?.body));
    expect(page.status).toBe(200);
    expect(requests).toHaveLength(1);
    expect(request).toMatchObject({
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    });
    expect(request?.query.size).toBe(0);
    expect(Object.keys(form).sort()).toEqual([
      "code",
      "code_verifier",
      "grant_type",
      "redirect_uri",
    ]);
    expect(form.grant_type).toBe("authorization_code");
    expect(form.redirect_uri).toBe(authorize?.query.get("redirect_uri"));
  });

  test("TE-1: carries the secret as it is, in the Basic header and nowhere else", async () => {
    await signInAtProvider(createVisitor(), app());

    const request = provider().requests.find(({ path }) => path === tokenPath);
    const [scheme, credentials = ""] = request?.headers.authorization?.split(" ") ?? [];
    expect(scheme).toBe("Basic");
    expect(Buffer.from(credentials, "base64").toString()).toBe(
      `${provider().clientId}:${awkwardClientSecret}`,
    );
    const elsewhere = provider().requests.map(
      ({ path, query, body, headers: { authorization: _, ...headers } }) =>
        JSON.stringify([path, `${query}`, body, headers]),
    );
    for (const form of [
      awkwardClientSecret,
      encodeURIComponent(awkwardClientSecret),
      credentials,
    ]) {
      expect(elsewhere.join()).not.toContain(form);
    }
  });

  test("asks for nothing else but the key set", async () => {
    await signInAtProvider(createVisitor(), app());

    const paths = new Set(provider().requests.map(({ path }) => path));
    paths.delete(new URL(provider().jwksUri).pathname);
    expect(paths).toEqual(new Set(["/oauth2/authorize", tokenPath]));
  });
});

describe("A refused token request", () => {
  const description = "A text of Cognito's that visitors never read";

  test.each<[number, object | string, number, string]>([
    [400, { error: "invalid_grant" }, 400, "token_request_refused"],
    [400, { error: "invalid_request" }, 502, "token_request_refused"],
    [400, { error: "unauthorized_client" }, 502, "token_request_refused"],
    [401, { error: "invalid_client" }, 502, "token_request_refused"],
    [400, {}, 502, "token_request_refused"],
    [400, "not JSON at all", 502, "token_request_refused"],
    [403, "<h1>Forbidden</h1>", 502, "token_request_refused"],
    [404, "", 502, "token_request_refused"],
    [429, { error: "too_many_requests" }, 503, "cognito_unreachable"],
    [500, { error: "server_error" }, 502, "token_request_refused"],
    [502, "<h1>Bad gateway</h1>", 502, "token_request_refused"],
    [503, "", 503, "cognito_unreachable"],
  ])("TE-2: by %i %j is a %i, and the code is not sent again", async (theirs, body, ours, code) => {
    const visitor = createVisitor();
    const told = typeof body === "string" ? body : { ...body, error_description: description };
    provider().scriptNext({ tokenAnswer: answer(theirs, told) });

    const page = await signInAtProvider(visitor, app());

    expect(provider().count(tokenPath)).toBe(1);
    expect(page.text).not.toContain(description);
    expect(lastRefusal()).toMatchObject({ code, status: ours });
    await expectRefused(page, ours, refusal(visitor));
  });

  test.each([
    ["7", "7"],
    ["999999", "3600"],
    ["0", "30"],
    ["-7", "30"],
    ["1.5", "30"],
    ["soon", "30"],
    [undefined, "30"],
  ])("TE-2: asks the visitor to wait where Cognito says %j", async (theirs, ours) => {
    provider().scriptNext({
      tokenAnswer: answer(429, "", theirs === undefined ? {} : { "retry-after": theirs }),
    });

    const page = await signInAtProvider(createVisitor(), app());

    expect(page.status).toBe(503);
    expect(page.headers["retry-after"]).toBe(ours);
    const reason = "Cognito asks us to wait";
    expect(lastRefusal()).toMatchObject({ reason, details: { status: 429 } });
  });

  test.each([
    ["invalid_client", 50, "CLIENT_ID or CLIENT_SECRET is wrong"],
    [
      "invalid_grant",
      40,
      "the code or refresh token is spent, expired or revoked, or the callback URL differs",
    ],
    [
      "unauthorized_client",
      50,
      "the callback URL is not registered to the letter, or the code grant is off",
    ],
    [
      "invalid_request",
      50,
      "a parameter is missing or the app client expects another kind of request",
    ],
    ["unheard.of-error_1", 50, "the token endpoint refused"],
  ])("TE-2: as %s is logged at level %i with where to look", async (error, level, reason) => {
    provider().scriptNext({ tokenAnswer: answer(401, { error }) });

    await signInAtProvider(createVisitor(), app());

    expect(lastRefusal()).toMatchObject({ level, reason, details: { status: 401, error } });
  });

  test.each([
    ["a number", 77_007_700],
    ["a list", ["unheard_of"]],
    ["a sentence", "not heard of"],
    ["markup", "<b>unheard_of</b>"],
    ["nothing", undefined],
    ["too long a word", "unheard_of".repeat(7)],
  ])("IN-8: with %s for an error has no word of it in the log", async (_what, error) => {
    provider().scriptNext({ tokenAnswer: answer(400, { error }) });

    await signInAtProvider(createVisitor(), app());

    expect(lastRefusal()).toMatchObject({ details: { status: 400, error: "none" } });
    expect(JSON.stringify(app().log)).not.toMatch(/heard|77007700/);
  });
});

describe("A token endpoint that redirects", () => {
  test.each([301, 302, 303, 307, 308])("TE-3: by %i is not followed", async (status) => {
    const elsewhere = await listenElsewhere();
    const visitor = createVisitor();
    provider().scriptNext({ tokenAnswer: answer(status, "", { location: elsewhere.url }) });

    const page = await signInAtProvider(visitor, app());

    expect(elsewhere.requests).toBe(0);
    expect(provider().count(tokenPath)).toBe(1);
    await expectRefused(page, 502, refusal(visitor));
  });
});

describe("A token endpoint in trouble", () => {
  const tooLate = "no complete answer within the deadline";
  const brokenOff = "no connection";

  test.each<[string, string, Answer]>([
    ["resets the connection mid-body", brokenOff, resetMidBody],
    ["is silent", tooLate, silence],
    ["is silent after the headers", tooLate, silenceAfterHeaders],
    ["drips a byte at a time", tooLate, drip(" ".repeat(1000), 50)],
    ["closes without an answer", brokenOff, (res) => void res.socket?.destroy()],
    ["speaks no HTTP", brokenOff, (res) => void res.socket?.end("SSH-2.0-OpenSSH_9.6\r\n")],
  ])("TE-4: costs one deadline where it %s", async (_title, reason, tokenAnswer) => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    provider().scriptNext({ tokenAnswer });
    const clock = stopClock();

    const answered = await clock.outlast(visitor.request("GET", callback.href), () =>
      reason === tooLate ? provider().count(tokenPath) : 0,
    );

    expect(provider().count(tokenPath)).toBe(1);
    const details = { endpoint: `${provider().domain}${tokenPath}` };
    expect(lastRefusal()).toMatchObject({ reason, details });
    await expectRefused(answered, 504, refusal(visitor));
  });

  test("TE-4: keeps no connection open that has run into the deadline", async () => {
    const sockets: (Socket | null)[] = [];
    provider().script({
      tokenAnswer: async (res) => {
        sockets.push(res.socket);
        await (sockets.length % 2 ? silenceAfterHeaders : silence)(res);
      },
    });

    const clock = stopClock();

    const visits = Array.from({ length: 20 }, () => signInAtProvider(createVisitor(), app()));
    const pages = await clock.outlast(Promise.all(visits), () => sockets.length);

    expect(pages.map(({ status }) => status)).toEqual(Array(20).fill(504));
    expect(sockets).toHaveLength(20);
    await expect.poll(() => sockets.filter((socket) => !socket?.destroyed)).toEqual([]);
  });

  test("TE-4: refuses connections for a while, and serves again as soon as it is back", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    await provider().goDown();

    const answered = await visitor.request("GET", callback.href);

    await provider().comeBack();
    expect(provider().count(tokenPath)).toBe(0);
    await expectRefused(answered, 504, refusal(visitor));
  });

  test("TE-4: has a name that does not resolve", async () => {
    const userPool = { ...provider(), domain: "https://pool.invalid" };
    const nowhere = await start({ userPool });
    stopClock();
    const visitor = createVisitor();
    const begun = await visitor.request("GET", `${nowhere.appUrl}/login`);
    const state = new URL(begun.location ?? "").searchParams.get("state");

    const answered = await visitor.request(
      "GET",
      `${nowhere.appUrl}/logged-in?code=x&state=${state}`,
    );

    expect(answered.status).toBe(504);
    expect(nowhere.log).toContainEqual(
      expect.objectContaining({
        code: "cognito_unreachable",
        details: expect.objectContaining({ networkError: "ENOTFOUND" }),
      }),
    );
  });

  test("TE-4: holds up nobody else while twenty sign-ins wait for it", async () => {
    const patient = await start({ userPool: provider() });
    const bystander = createVisitor();
    await signInAtProvider(bystander, patient);
    provider().requests.length = 0;
    const visitors = Array.from({ length: 20 }, () => createVisitor());
    const callbacks = await Promise.all(visitors.map((visitor) => callbackOf(visitor, patient)));
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    provider().script({
      tokenAnswer: (res, context) => released.then(() => answer(200, context?.body)(res)),
    });
    let waiting = visitors.length;

    const sent = visitors.map(async (visitor, index) => {
      const { status } = await visitor.request("GET", callbacks[index]?.href ?? "");
      waiting -= 1;
      return status;
    });
    await expect.poll(() => provider().count(tokenPath)).toBe(20);
    const greeting = await signedInAs(bystander, patient);

    expect([greeting, waiting]).toEqual(["mira", 20]);
    release();
    expect(new Set(await Promise.all(sent))).toEqual(new Set([303]));
  });
});

describe("A token response that makes no sense", () => {
  const json = { "content-type": "application/json" };
  const cap = 256 * 1024;
  const goodBody =
    (change: (text: string) => string | Buffer, headers: Record<string, string> = json) =>
    (res: ServerResponse, context?: TokenContext) =>
      answer(200, change(JSON.stringify(context?.body)), headers)(res);

  test.each<[string, (res: ServerResponse, context?: TokenContext) => void | Promise<void>]>([
    ["nothing", goodBody(() => "")],
    ["HTML", goodBody(() => "<!doctype html><title>Oops</title>")],
    ["JSON cut short", goodBody((text) => text.slice(0, -20))],
    ["JSON with something behind it", goodBody((text) => `${text}{}`)],
    ["null", goodBody(() => "null")],
    ["a list", goodBody((text) => `[${text}]`)],
    ["a number", goodBody(() => "42")],
    ["a text", goodBody((text) => JSON.stringify(text))],
    ["UTF-16", goodBody((text) => Buffer.from(`\ufeff${text}`, "utf16le"))],
    ["JSON that calls itself HTML", goodBody((text) => text, { "content-type": "text/html" })],
    ["JSON that calls itself nothing", goodBody((text) => text, {})],
    ["gzip that nobody asked for", goodBody(gzipSync, { ...json, "content-encoding": "gzip" })],
    ["JSON nested 100,000 deep", goodBody(() => "[".repeat(100_000))],
    ["tokens below __proto__", goodBody((text) => `{"__proto__":${text}}`)],
    ["tokens below constructor", goodBody((text) => `{"constructor":{"prototype":${text}}}`)],
    ["more than 256 KB", goodBody((text) => text + " ".repeat(cap))],
  ])("TE-5: is refused where it is %s", async (_title, tokenAnswer) => {
    const visitor = createVisitor();
    provider().scriptNext({ tokenAnswer });

    const page = await signInAtProvider(visitor, app());

    expect(provider().count(tokenPath)).toBe(1);
    expect(lastRefusal()).toMatchObject({ code: "cognito_answer_invalid" });
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("id_token");
    await expectRefused(page, 502, refusal(visitor));
  });

  test("TE-5: is cut off early however much of it there would be", async () => {
    const visitor = createVisitor();
    let sent = 0;
    provider().scriptNext({
      tokenAnswer: async (res) => {
        res.writeHead(200, json);
        const pieces = function* () {
          for (; sent < 200_000_000; sent += 64 * 1024) yield Buffer.alloc(64 * 1024, " ");
        };
        await pipeline(pieces, res).catch(() => {});
      },
    });

    const page = await signInAtProvider(visitor, app());

    expect(lastRefusal()).toMatchObject({ reason: "the answer is too large" });
    await expectRefused(page, 502, refusal(visitor));
    expect(sent).toBeLessThan(16_000_000);
  });
});

describe("The members of a token response", () => {
  test.each<[string, Record<string, unknown>]>([
    ["no id_token", { id_token: undefined }],
    ["an empty id_token", { id_token: "" }],
    ["a number for an id_token", { id_token: 7 }],
    ["a list for an id_token", { id_token: ["a.b.c"] }],
    ["no access_token", { access_token: undefined }],
    ["an empty access_token", { access_token: "" }],
    ["no token_type", { token_type: undefined }],
    ["token_type mac", { token_type: "mac" }],
    ["token_type Bearer and more", { token_type: "Bearer, mac" }],
    ["token_type more and Bearer", { token_type: "mac, Bearer" }],
    ["a number for a refresh_token", { refresh_token: 7 }],
    ["an error beside the tokens", { error: "invalid_grant" }],
  ])("TE-6: are refused with %s", async (_title, change) => {
    const visitor = createVisitor();
    provider().scriptNext({ tokenBody: (body) => ({ ...body, ...change }) });

    const page = await signInAtProvider(visitor, app());

    expect(provider().count(tokenPath)).toBe(1);
    expect(lastRefusal()).toMatchObject({
      code: "cognito_answer_invalid",
      reason: "the token response is malformed",
      details: { members: Object.keys(change) },
    });
    await expectRefused(page, 502, refusal(visitor));
  });

  test("TE-6: are not looked for in a list", async () => {
    provider().scriptNext({ tokenAnswer: answer(200, ["no object"]) });

    await signInAtProvider(createVisitor(), app());

    expect(lastRefusal()).toMatchObject({ details: { members: ["the body"] } });
  });

  test.each<[string, Record<string, unknown>]>([
    ["BEARER", { token_type: "BEARER" }],
    ["bearer", { token_type: "bearer" }],
    ["no expires_in", { expires_in: undefined }],
    ["a negative expires_in", { expires_in: -1 }],
    ["a text for expires_in", { expires_in: "3600" }],
    ["an endless expires_in", { expires_in: 1e308 }],
    ["no refresh_token", { refresh_token: undefined }],
    ["members of tomorrow", { device_key: "x", __proto__: {} }],
  ])("TE-6: are accepted with %s", async (_title, change) => {
    provider().scriptNext({ tokenBody: (body) => ({ ...body, ...change }) });

    const page = await signInAtProvider(createVisitor(), app());

    expect(page.heading).toBe("You have successfully logged in.");
  });
});

/** A server that must never hear of a code. */
async function listenElsewhere(): Promise<{ url: string; requests: number }> {
  const elsewhere = { url: "", requests: 0 };
  const server = createServer((_req, res) => {
    elsewhere.requests += 1;
    res.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  elsewhere.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/token`;
  return elsewhere;
}

describe("A proxy in the environment", () => {
  test("CF-6: hears nothing of a pool on this machine", async () => {
    const heard: string[] = [];
    const proxy = createServer((req, res) => {
      heard.push(req.url ?? "");
      res.end();
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void proxy.close());
    await once(proxy, "listening");
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    for (const name of ["HTTP_PROXY", "http_proxy", "ALL_PROXY"]) vi.stubEnv(name, address);
    onTestFinished(() => void vi.unstubAllEnvs());

    const page = await signInAtProvider(createVisitor(), await start({ userPool: provider() }));

    expect(page.heading).toBe("You have successfully logged in.");
    expect(heard).toEqual([]);
  });
});
