import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { expect, onTestFinished, test } from "vitest";
import { hasPrograms } from "../support/programs.ts";
import { freePort, poolSettings, spawnServer } from "../support/spawn-server.ts";
import { testSecret } from "../support/start.ts";
import { startNginx } from "./nginx.ts";

/** Nobody signs in to the end here. */
const unusedPool = {
  domain: "https://pool.example",
  issuer: "https://pool.example/eu-west-1_Abcdefgh1",
  clientId: "abc",
  clientSecret: "0123456789abcdef",
};

test.runIf(hasPrograms(["nginx"], import.meta.url))(
  "the proxy in compose.yaml takes all the sign-ins that may be pending in a browser, and the app's answers to them",
  async () => {
    const [app, httpsPort, httpPort] = await Promise.all([freePort(), freePort(), freePort()]);
    const server = await spawnServer({
      ...poolSettings(unusedPool),
      NODE_ENV: "production",
      APP_URL: `https://localhost:${httpsPort}`,
      SESSION_SECRET: testSecret,
      TRUST_PROXY: "1",
      HOST: "127.0.0.1",
      PORT: app,
    });
    onTestFinished(() => server.remove());
    await server.says("Server running at");
    const proxy = await startNginx({ httpsPort, httpPort, apps: [app, app] });
    onTestFinished(() => proxy.close());

    async function visit(path: string, cookies: string[] = []) {
      const headers = { host: `localhost:${httpsPort}`, cookie: cookies.join("; ") };
      const options = { host: "127.0.0.1", port: httpsPort, path, headers, agent: false };
      const request = get({ ...options, rejectUnauthorized: false });
      const [response] = (await once(request, "response")) as [IncomingMessage];
      response.resume();
      return response;
    }

    // The longest link that lies in a pending sign-in, twelve times, and the one that is longer than that.
    const pending = new Map<string, string>();
    const longest = `/login?returnTo=/${"a".repeat(255)}`;
    while (pending.size < 13) {
      const isLast = pending.size === 12;
      const link = isLast ? `/login?returnTo=/${randomBytes(1_900).toString("hex")}` : longest;
      const { headers } = await visit(link);
      for (const set of headers["set-cookie"] ?? []) {
        const [cookie = ""] = set.split(";");
        pending.set(cookie.slice(0, cookie.indexOf("=")), cookie);
      }
    }
    const cookies = [...pending.values()];

    const index = await visit("/", cookies);
    const another = await visit(longest, cookies);

    expect(cookies.join("; ").length).toBeGreaterThan(10_000);
    expect([index.statusCode, another.statusCode]).toEqual([200, 302]);
  },
);
