import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { runPool } from "./support/pool.ts";

test("signInTo takes a cookie without a path to the pages beside the one that set it, as browsers do", async () => {
  const pool = await runPool();
  const app = await startApp();

  const { cookie } = await pool.signInTo(`${app.url}/auth/begin`, { username: "mira" });

  expect(app.cookies).toEqual([
    ["/auth/begin", undefined],
    ["/auth/end", "beside=1; odd=2; everywhere=3"],
    ["/", "everywhere=3"],
  ]);
  expect(cookie).toBe("everywhere=3");
});

/** An app whose first page sets cookies and leads to another in its folder, and that one home; notes which come back. */
async function startApp() {
  const setCookies = ["beside=1", "odd=2; Path=auth", "everywhere=3; Path=/"];
  const answers: Record<string, object> = {
    "/auth/begin": { location: "end", "set-cookie": setCookies },
    "/auth/end": { location: "/" },
  };
  const cookies: [path: string, cookie: string | undefined][] = [];
  const server = createServer(({ url = "", headers }, res) => {
    cookies.push([url, headers.cookie]);
    res.writeHead(url in answers ? 302 : 200, { ...answers[url] }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  // Beside the pool on 127.0.0.1 another host, whose cookies are its own.
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, cookies };
}
