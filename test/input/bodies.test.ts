import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { noteSecret } from "../support/canary.ts";
import { openConnection, sendBytes } from "../support/raw-request.ts";
import { servedApp } from "./served-app.ts";

const { app, cookieOfSignedIn, expectServing } = servedApp();

describe("IN-2: a body", () => {
  afterAll(expectServing);

  const marker = "body-marker-7c1f09e2a4";
  const form = "application/x-www-form-urlencoded";
  const json = "application/json";

  test.each<
    [string, path: string, status: number, headers: Record<string, string>, body: string | Buffer]
  >([
    ["over the limit", "/form", 413, { "content-type": form }, `x=${marker}${"x".repeat(200_000)}`],
    ["over the limit", "/json", 413, { "content-type": json }, `"${marker}${"x".repeat(200_000)}"`],
    [
      "of 1,100 fields",
      "/form",
      413,
      { "content-type": form },
      `${marker}=1${"&a=b".repeat(1100)}`,
    ],
    ["in an unknown charset", "/form", 415, { "content-type": `${form}; charset=ebcdic` }, marker],
    [
      "in an unknown charset",
      "/json",
      415,
      { "content-type": `${json}; charset=latin5` },
      `"${marker}"`,
    ],
    [
      "in an unknown encoding",
      "/json",
      415,
      { "content-type": json, "content-encoding": "lzma" },
      marker,
    ],
    ["that is no gzip", "/json", 400, { "content-type": json, "content-encoding": "gzip" }, marker],
    [
      "that is a gzip bomb",
      "/json",
      413,
      { "content-type": json, "content-encoding": "gzip" },
      gzipSync(`"${marker}${"x".repeat(5_000_000)}"`),
    ],
    [
      "that is a gzip bomb",
      "/form",
      413,
      { "content-type": form, "content-encoding": "gzip" },
      gzipSync(`${marker}${"x".repeat(5_000_000)}`),
    ],
    ["of broken JSON", "/json", 400, { "content-type": json }, `{"${marker}": `],
    ["of JSON that is no object", "/json", 400, { "content-type": json }, `"${marker}"`],
    [
      "of 100,000 brackets",
      "/json",
      400,
      { "content-type": json },
      `{"${marker}":${"[".repeat(90_000)}`,
    ],
    [
      "over the limit of a form of ours",
      "/sessions/end",
      413,
      { "content-type": form },
      `session=${marker}${"x".repeat(2000)}`,
    ],
    [
      "over the limit of a profile",
      "/account/profile",
      413,
      { "content-type": form },
      `name=${marker}${"x".repeat(70_000)}`,
    ],
    [
      "with more fields than a profile has",
      "/account/profile",
      413,
      { "content-type": form },
      `name=${marker}${"&a=b".repeat(80)}`,
    ],
    [
      "with too many fields for a form of ours",
      "/sessions/end",
      413,
      { "content-type": form },
      `session=${marker}&a=1&b=2&c=3&d=4&e=5`,
    ],
    [
      "of another type than a form of ours",
      "/sessions/end",
      400,
      { "content-type": json },
      `{"session":"${marker}"}`,
    ],
    ["of no type", "/sessions/end", 400, {}, `session=${marker}`],
    ["that nobody reads", "/logout", 303, { "content-type": json }, `{"${marker}": `],
    [
      "that nobody reads",
      "/nowhere",
      404,
      { "content-type": form },
      `${marker}${"&x".repeat(2000)}`,
    ],
  ])(
    "%s at %s is a %i, is not repeated, and is not in the log",
    async (_case, path, status, headers, body) => {
      noteSecret("the body", marker);
      const cookie = await cookieOfSignedIn();
      const lines = Object.entries({ ...headers, cookie, connection: "close" }).map((pair) =>
        pair.join(": "),
      );
      const head = [
        `POST ${path} HTTP/1.1`,
        "Host: localhost",
        `Content-Length: ${Buffer.byteLength(body)}`,
      ];

      const { status: actual, answer } = await sendBytes(
        app().port,
        Buffer.concat([Buffer.from([...head, ...lines, "", ""].join("\r\n")), Buffer.from(body)]),
      );

      expect(actual).toBe(status);
      expect(answer).not.toContain(marker);
    },
  );

  test("that never ends is not waited for", async () => {
    const { socket, firstAnswer } = openConnection(app().port);
    socket.write(`POST /logout HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const dripping = setInterval(() => socket.write("1\r\nx\r\n"), 20);

    expect(await firstAnswer).toMatch(/^HTTP\/1\.1 303 /);

    clearInterval(dripping);
    socket.destroy();
  });

  test("of another length than it says is none", async () => {
    const head = `POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${form}\r\n`;
    const short = await sendBytes(
      app().port,
      `${head}Connection: close\r\nContent-Length: 1\r\n\r\nabcdef`,
    );
    const negative = await sendBytes(app().port, `${head}Content-Length: -1\r\n\r\nx`);

    expect([short.status, negative.status]).toEqual([400, 400]);
    expect(short.answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});
