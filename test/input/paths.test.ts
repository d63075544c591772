import { afterAll, describe, expect, test } from "vitest";
import { signedInHeading } from "../support/signed-in.ts";
import { servedApp } from "./served-app.ts";

const { get, cookieOfSignedIn, expectServing } = servedApp();

describe("IN-5: however a path is spelled", () => {
  afterAll(expectServing);

  const spellings = (path: string) => {
    const name = path.slice(1);
    return [
      `/${path}`,
      `/.${path}`,
      `/x/..${path}`,
      `/%2e${path}`,
      `/x/%2e%2e${path}`,
      `${path};a`,
      `${path};a=b/x`,
      `/%2f${name}`,
      `/%2F${name}`,
      `\\${name}`,
      `/%5c${name}`,
      `${path}%2f`,
      `${path}/`,
      `${path}//`,
      `${path}#x`,
      `${path}%23`,
      `${path}%00`,
      `${path}%20`,
      `${path}.`,
      path.toUpperCase(),
      `/${encodeURIComponent(name).replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`)}`,
      `http://localhost${path}`,
      `http://evil.example/x/..${path}`,
      `*${path}`,
    ];
  };

  test.each(["/logged-in", "/editors", "/sessions"])(
    "nobody passes the guard of %s",
    async (path) => {
      for (const spelling of [path, ...spellings(path)]) {
        const { status, headers, text } = await get(spelling, "Accept: text/html");
        expect([303, 400, 404], spelling).toContain(status);
        if (status === 303) expect(headers.location, spelling).toMatch(/^\/login\?returnTo=%2F/);
        expect(text, spelling).not.toContain(signedInHeading);
      }
    },
  );

  test.each(["//a@#", "/\\a@#", "//]@[#", "*#", "http://a@localhost/"])(
    "HT-1: a target without a path is not found, with all headers: %s",
    async (target) => {
      const { status, headers } = await get(target);

      expect(status).toBe(404);
      expect(headers["x-frame-options"]).toBe("DENY");
    },
  );

  test("a member of no group does not pass either", async () => {
    const cookie = await cookieOfSignedIn();

    for (const spelling of ["/editors", ...spellings("/editors")]) {
      const { status } = await get(spelling, `Cookie: ${cookie}`);
      expect([400, 403, 404], spelling).toContain(status);
    }
  });

  test.each([
    ..."/../package.json /..%2fpackage.json /%2e%2e/package.json /%2e%2e%2fpackage.json /..%5cindex.ejs".split(
      " ",
    ),
    ..."/..;/index.ejs //../index.ejs /./../index.ejs /x/../../index.ejs /..%00/index.ejs /%c0%ae%c0%ae/index.ejs".split(
      " ",
    ),
    ..."/../index.ejs /../partials/head.ejs /..\\index.ejs /.env /.hidden /%2ehidden / /. /.. // /site.css/ /site.css%00.png".split(
      " ",
    ),
  ])("/assets%s is nothing that is served", async (path) => {
    const { status, text } = await get(`/assets${path}`);

    expect([400, 403, 404]).toContain(status);
    expect(text).not.toMatch(/<%|"dependencies"|@layer/);
  });
});
