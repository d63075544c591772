import { afterAll, describe, expect, test } from "vitest";
import { sendBytes } from "../support/raw-request.ts";
import { signInAtProvider } from "../support/refused.ts";
import { signedInHeading } from "../support/signed-in.ts";
import { createVisitor } from "../support/visitor.ts";
import { servedApp } from "./served-app.ts";

const { app, at, expectServing } = servedApp();

describe("IN-6: a method", () => {
  afterAll(expectServing);

  const ask = (method: string, target: string, ...headers: string[]) =>
    sendBytes(
      app().port,
      [
        `${method} ${target} HTTP/1.1`,
        "Host: localhost",
        ...headers,
        "Connection: close",
        "",
        "",
      ].join("\r\n"),
    );

  test.each([
    "/",
    "/login",
    "/logged-in",
    "/logout",
    "/sessions",
    "/healthz",
    "/assets/site.css",
    "/nowhere",
  ])("that nobody knows is refused at %s", async (path) => {
    for (const method of [
      "TRACE",
      "PROPFIND",
      "SEARCH",
      "PURGE",
      "LINK",
      "get",
      "Get",
      "FOO",
      "",
      "GET/",
    ]) {
      const { status, answer } = await ask(method, path, "X-Secret: told-to-nobody");
      expect([400, 404, 405], method).toContain(status);
      expect(answer).not.toContain("told-to-nobody");
    }
  });

  test("CONNECT leads nowhere, and the connection is closed", async () => {
    const { answer } = await ask("CONNECT", "localhost:80");

    expect(answer).not.toMatch(/^HTTP\/1\.1 [23]/);
  });

  test("in disguise is the one of the request line", async () => {
    const visitor = createVisitor();
    await signInAtProvider(visitor, app());
    for (const name of ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"]) {
      const index = await visitor.request("GET", at("/?_method=POST"), {
        headers: { [name]: "POST" },
      });
      const refused = await visitor.request("POST", at("/login?_method=GET"), {
        headers: { [name]: "GET" },
        form: { _method: "GET" },
      });
      const notRun = await visitor.request("GET", at("/sessions/end-all?_method=POST"), {
        headers: { [name]: "POST" },
      });
      expect([index.status, refused.status, notRun.status]).toEqual([200, 405, 405]);
    }
    expect((await visitor.visit(at("/logged-in"))).heading).toBe(signedInHeading);
  });
});
