import { afterAll, describe, expect, test } from "vitest";
import { seedFacts, sendRawInputs } from "../figures/raw-inputs.ts";
import { rawRequest, sendBytes } from "../support/raw-request.ts";
import { servedApp } from "./served-app.ts";

const { app, at, provider, expectServing } = servedApp();

describe("IN-1: too much of a head", () => {
  afterAll(expectServing);

  const many = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => line(index)).join("\r\n");

  test.each([
    ["a URL of 17 KB", `GET /${"x".repeat(17_000)} HTTP/1.1\r\nHost: x`],
    ["a query of 17 KB", `GET /logged-in?code=${"x".repeat(17_000)} HTTP/1.1\r\nHost: x`],
    ["a header of 17 KB", `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(17_000)}`],
    ["a cookie of 17 KB", `GET / HTTP/1.1\r\nHost: x\r\nCookie: session=${"x".repeat(17_000)}`],
    ["a header's name of 17 KB", `GET / HTTP/1.1\r\nHost: x\r\n${"x".repeat(17_000)}: y`],
    [
      "2,000 headers",
      `GET / HTTP/1.1\r\nHost: x\r\n${many(2000, (index) => `x-header-${index}: y`)}`,
    ],
  ])("such as %s is a 431, and the connection is closed", async (_case, head) => {
    const { status } = await sendBytes(app().port, `${head}\r\n\r\n`);

    expect(status).toBe(431);
  });
});

describe("IN-7: a request that can be read in two ways", () => {
  afterAll(expectServing);

  const post = (...lines: string[]) =>
    ["POST /logout HTTP/1.1", "Host: localhost", ...lines].join("\r\n");
  const index = (...lines: string[]) =>
    ["GET / HTTP/1.1", "Host: localhost", ...lines, "", ""].join("\r\n");

  test.each([
    [
      "a length and chunks",
      post(
        "Content-Length: 5",
        "Transfer-Encoding: chunked",
        "",
        "0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
      ),
    ],
    [
      "chunks and a length",
      post("Transfer-Encoding: chunked", "Content-Length: 5", "", "0\r\n\r\n"),
    ],
    ["two lengths", post("Content-Length: 1", "Content-Length: 2", "", "xx")],
    ["a list of lengths", post("Content-Length: 1, 2", "", "xx")],
    ["a length with a sign", post("Content-Length: +1", "", "x")],
    ["another coding after chunks", post("Transfer-Encoding: chunked, identity", "", "0\r\n\r\n")],
    ["a coding with a tab in it", post("Transfer-Encoding:\x0bchunked", "", "0\r\n\r\n")],
    ["a chunk of no size", post("Transfer-Encoding: chunked", "", "zz\r\nx\r\n0\r\n\r\n")],
    ["a chunk with a bare line feed", post("Transfer-Encoding: chunked", "", "1\nx\n0\n\n")],
    ["a folded header", index("X-Folded: a", " b")],
    ["a folded first header", "GET / HTTP/1.1\r\n Host: localhost\r\n\r\n"],
    ["bare line feeds", "GET / HTTP/1.1\nHost: localhost\n\n"],
    ["a bare carriage return", "GET / HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n"],
    ["a NUL in a header", index("X-Nul: a\0b")],
    ["a blank before the colon", index("X-Blank : a")],
    ["a header without a name", index(": a")],
    ["a control character in the target", "GET /\x01 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ["a blank in the target", "GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ["no host", "GET / HTTP/1.1\r\n\r\n"],
    ["another protocol", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n"],
    ["TLS", Buffer.from("160301020001000001fc0303", "hex")],
  ])("such as one with %s is refused, and the connection closed", async (_case, bytes) => {
    const { status, answer } = await sendBytes(app().port, bytes);

    expect(status).toBe(400);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  test("such as one with an odd host, or two, gets what anybody gets", async () => {
    const plain = await rawRequest(app().port, ["GET / HTTP/1.1", "Host: localhost"]);
    for (const hosts of [
      ["Host: a", "Host: b"],
      ["Host: localhost", "Host: evil.example"],
      ["Host: <script>alert(1)</script>"],
      ["Host: evil.example/path?query#x"],
      ["Host: a@b:99999"],
      ["Host: "],
      [`Host: ${"x".repeat(5000)}`],
      ["Host: localhost", "X-Forwarded-Host: evil.example", "Forwarded: host=evil.example"],
    ]) {
      const odd = await rawRequest(app().port, ["GET / HTTP/1.1", ...hosts]);
      expect([odd.status, odd.text], hosts.join()).toEqual([200, plain.text]);
      const login = await rawRequest(app().port, ["GET /login?from=other-host HTTP/1.1", ...hosts]);
      const { origin, searchParams } = new URL(login.headers.location ?? "");
      expect([origin, searchParams.get("redirect_uri")]).toEqual([
        provider().domain,
        at("/logged-in"),
      ]);
    }
  });
});

describe("IN-1, IN-3, IN-7: of mutated requests", () => {
  afterAll(expectServing);

  test("none is an error of ours or is held for ever", async () => {
    const figures = await sendRawInputs(300, {
      port: app().port,
      seed: 20_261_123,
      ...(await seedFacts(app().appUrl)),
    });

    expect(figures).toMatchObject({ requests: 300, serverErrors: 0, hangs: 0, examples: [] });
  });
});
