import { createHash } from "node:crypto";
import { Writable } from "node:stream";
import { beforeEach, describe, expect, test } from "vitest";
import { type AddPages, addPages } from "../../../src/pages.ts";
import { createLog } from "../../../src/site/log/log.ts";
import { answer } from "../../support/faults.ts";
import { createUser } from "../../support/pool-claims.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { rawRequest } from "../../support/raw-request.ts";
import { callbackOf, signInAtProvider } from "../../support/refused.ts";
import { startForAll } from "../../support/start.ts";
import { createVisitor } from "../../support/visitor.ts";

const minute = 60_000;
let now = Date.now();
beforeEach(() => {
  now = Date.now();
});
const provider = providerForAll({ now: () => now });
const pages: AddPages = (app, guards, services) => {
  addPages(app, guards, services);
  app.get("/editors", guards.requireGroup("editors"), (_req, res) => void res.send("in"));
};
const app = startForAll(() => ({
  userPool: provider(),
  now: () => now,
  pages,
  env: { SESSION_IDLE_MINUTES: "600" },
}));

/** The entries that were written while something was done, once the last request has its line. */
async function entriesDuring(act: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const before = app().log.length;
  await act();
  const requests = () =>
    app()
      .log.slice(before)
      .filter(({ msg }) => msg === "request").length;
  await createVisitor().request("GET", `${app().appUrl}/healthz`);
  await expect.poll(requests).toBeGreaterThan(0);
  await expect.poll(() => app().log.at(-1)).toMatchObject({ path: "/healthz" });
  return app().log.slice(before, -1);
}

describe("IN-8: what a sender chose", () => {
  const blob = "agent-".repeat(2000);
  const evil = Buffer.from('mallory\r\n{"level":30,"msg":"signed in"}:pw').toString("base64");

  test.each<[string, string[], number]>([
    ["line breaks in the address", ["GET /x%0d%0a%1b[2J%00 HTTP/1.1"], 404],
    ["a long address", [`GET /${"x".repeat(8000)} HTTP/1.1`], 404],
    ["a long user agent", ["GET / HTTP/1.1", `User-Agent: ${blob}`], 200],
    ["a user name with a line break", ["GET / HTTP/1.1", `Authorization: Basic ${evil}`], 200],
    ["odd headers", ["GET / HTTP/1.1", "X-Forwarded-For: \x9b31m", `Referer: ${blob}`], 200],
    ["a forged request id", ["GET / HTTP/1.1", "X-Request-Id: forged-id-0123456789"], 200],
  ])("is one line a request, short and in ASCII: %s", async (_what, head, status) => {
    let answered = 0;
    const entries = await entriesDuring(async () => {
      answered = (await rawRequest(app().port, [...head, `Host: localhost:${app().port}`])).status;
    });

    expect(answered).toBe(status);
    expect(entries).toEqual([expect.objectContaining({ msg: "request", status })]);
    const line = JSON.stringify(entries[0]);
    expect(line).toMatch(/^[\x20-\x7e]{1,500}$/);
    expect(line).not.toMatch(/agent-agent|mallory|forged|\\u/);
  });

  test("has two lines where it is refused as well, cut and in ASCII", async () => {
    const origin = `Origin: http://\x9b31m${"o".repeat(3000)}`;
    const entries = await entriesDuring(() =>
      rawRequest(app().port, ["POST /logout HTTP/1.1", "Host: localhost", origin]),
    );

    expect(entries.map(({ msg }) => msg)).toEqual(["request refused", "request"]);
    for (const entry of entries) expect(JSON.stringify(entry)).toMatch(/^[\x20-\x7e]{1,700}$/);
  });

  test.each([
    ["a megabyte of a header", "GET / HTTP/1.1", `User-Agent: ${"m".repeat(2 ** 20)}`],
    ["an escape in the address", "GET /\x1b[2J HTTP/1.1", "Accept: */*"],
    ["eight bits in the address", "GET /\x9b31m\x85 HTTP/1.1", "Accept: */*"],
    ["an escape in a header", "GET / HTTP/1.1", "User-Agent: \x1b[2J"],
  ])("never reaches the log where it is refused before it is read: %s", async (_what, ...head) => {
    const entries = await entriesDuring(() =>
      rawRequest(app().port, [...head, `Host: localhost:${app().port}`]).catch(() => {}),
    );

    expect(entries).toEqual([]);
  });
});

describe("IN-8: on a terminal", () => {
  const ESC = String.fromCharCode(27);
  /** What a terminal acts upon; a line break ends an entry. */
  const isObeyed = (character: string) =>
    character !== "\n" && /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(character);

  /** What a person sees of an entry: the log's own colours aside. */
  async function shown(...entry: [object, string]): Promise<string> {
    let text = "";
    const terminal = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    });
    const log = await createLog("trace", Object.assign(terminal, { isTTY: true }) as never);
    log.warn(...entry);
    return text.replaceAll(new RegExp(`${ESC}\\[(?:3\\d|90)m`, "g"), "");
  }
  const hostile = "a\x1b[2J\x1b]0;title\x07\x9b1m\u202egnp\x7f\r\\u001b\\";
  const spelledOut = "a\\u001b[2J\\u001b]0;title\\u0007\\u009b1m\\u202egnp\\u007f\\r\\u001b\\";

  test.each<[string, object, string]>([
    ["an address", { method: "GET", path: hostile, status: 404, ms: 1 }, "request"],
    ["a reason", { requestId: "r", code: "c", reason: hostile }, "refused"],
    ["an error", { err: new Error(`${hostile}\n[12:00:00] INFO: forged`) }, "failed"],
    ["a message", {}, `${hostile}\n[12:00:00] INFO: forged`],
  ])(
    "%s moves no cursor, sets no title and turns no text around",
    async (_what, facts, message) => {
      const text = await shown(facts, message);

      expect([...text].filter(isObeyed)).toEqual([]);
      expect(text).not.toMatch(/^\[12:00:00\]/m);
      expect(text).toMatch(/^\[\d\d:\d\d:\d\d\] WARN: /);
    },
  );

  test("what was there is spelled out", async () => {
    expect(await shown({}, hostile)).toContain(spelledOut);
  });
});

describe("An auth event", () => {
  const subject = () =>
    createHash("sha256").update(String(provider().user.sub)).digest("base64url").slice(0, 12);
  const visit = (path: string) => `${app().appUrl}${path}`;

  /** Signs in first; then the events of what is done. */
  async function eventsOf(act: (visitor: ReturnType<typeof createVisitor>) => Promise<unknown>) {
    const visitor = createVisitor();
    provider().user = createUser("mira");
    await signInAtProvider(visitor, app());
    const entries = await entriesDuring(() => act(visitor));
    return entries.filter(({ msg }) => msg !== "request");
  }

  test.each<[string, (visitor: ReturnType<typeof createVisitor>) => Promise<unknown>, object]>([
    [
      "a sign-in",
      (visitor) => signInAtProvider(visitor, app()),
      { event: "sign-in", outcome: "signed in" },
    ],
    [
      "a sign-out",
      (visitor) => visitor.request("POST", visit("/logout")),
      { event: "sign-out", revoked: true },
    ],
    [
      "a renewal",
      (visitor) => {
        now += 61 * minute;
        return visitor.visit(visit("/logged-in"));
      },
      { event: "renewal", outcome: "renewed" },
    ],
    [
      "a page that is not open to a person",
      (visitor) => visitor.request("GET", visit("/editors")),
      { event: "access", outcome: "refused", code: "forbidden", reason: "editors" },
    ],
  ])("is one line with the request and a hash of the person: %s", async (_what, act, facts) => {
    const events = await eventsOf(act);

    const wanted = events.filter(({ event }) => event === (facts as { event: string }).event);
    expect(wanted).toEqual([
      expect.objectContaining({ ...facts, subject: subject(), requestId: expect.any(String) }),
    ]);
  });

  test.each<[string, (visitor: ReturnType<typeof createVisitor>) => Promise<unknown>, object]>([
    [
      "a sign-in that Cognito refuses",
      (visitor) => {
        provider().scriptNext({ tokenAnswer: answer(400, { error: "invalid_grant" }) });
        return signInAtProvider(visitor, app());
      },
      { event: "sign-in", code: "token_request_refused", status: 400 },
    ],
    [
      "a sign-in whose token is bad",
      (visitor) => {
        provider().scriptNext({ claims: (claims) => ({ ...claims, aud: "another" }) });
        return signInAtProvider(visitor, app());
      },
      { event: "sign-in", code: "id_token_invalid", reason: "aud", status: 502 },
    ],
    [
      "another browser's callback",
      async (visitor) => {
        const callback = await callbackOf(visitor, app());
        await createVisitor().request("GET", callback.href);
      },
      { event: "sign-in", code: "no_pending_sign_in", status: 400 },
    ],
    [
      "a form of another site",
      () => createVisitor().request("POST", visit("/logout"), { headers: { origin: "null" } }),
      { event: "access", code: "cross_site_request", status: 403 },
    ],
  ])("is one line with the request and the reason: %s", async (_what, act, facts) => {
    const events = await eventsOf(act);

    expect(events).toEqual([
      expect.objectContaining({ ...facts, outcome: "refused", requestId: expect.any(String) }),
    ]);
  });

  test.each([
    ["error=access_denied&state=STATE", { code: "sign_in_declined", reason: "access_denied" }],
    ["error=an.error-of_2030&state=STATE", { code: "sign_in_refused", reason: "an.error-of_2030" }],
    [`error=${"e".repeat(64)}&state=STATE`, { reason: "e".repeat(64) }],
    [`error=${"e".repeat(65)}&state=STATE`, { reason: "unreadable error" }],
    ["error=with a blank&state=STATE", { reason: "unreadable error" }],
    ["error=%22quoted&state=STATE", { reason: "unreadable error" }],
    ["code=x&code[]=y&state=STATE", { code: "callback_malformed", reason: "brackets" }],
    ["code=x&code=y&state=STATE", { reason: "a repeat, or too long" }],
    ["code=x&state=STATE&iss=https://evil.example", { reason: "iss" }],
    ["code=x", { reason: "code or state missing" }],
  ])("CB-5, CB-6: says what is wrong with a callback: %s", async (query, facts) => {
    const events = await eventsOf(async (visitor) => {
      const state = (await callbackOf(visitor, app())).searchParams.get("state") ?? "";
      await visitor.request("GET", visit(`/logged-in?${query.replace("STATE", state)}`));
    });

    expect(events).toEqual([expect.objectContaining({ event: "sign-in", ...facts })]);
  });

  test("IN-8: says where a form of another site came from, cut and in ASCII", async () => {
    const headers = { "sec-fetch-site": "cross-site", origin: `https://${"\u00e9".repeat(300)}` };

    const [event] = await eventsOf((visitor) =>
      visitor.request("POST", visit("/logout"), { headers }),
    );

    const origin = `https://${"?".repeat(192)}`;
    expect(event).toMatchObject({ details: { site: "cross-site", origin } });
  });
});
