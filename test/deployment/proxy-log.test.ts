import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { expect, onTestFinished, test } from "vitest";
import { hasPrograms } from "../support/programs.ts";
import { freePort } from "../support/spawn-server.ts";
import { startNginx } from "./nginx.ts";

test.runIf(hasPrograms(["nginx"], import.meta.url))(
  "CF-2: the log of the proxy in compose.yaml tells that no app answers, and holds no code and no state",
  async () => {
    const [httpsPort, httpPort, ...apps] = await Promise.all([
      freePort(),
      freePort(),
      freePort(),
      freePort(),
    ]);
    const proxy = await startNginx({ httpsPort, httpPort, apps });
    onTestFinished(() => proxy.close());
    const callback = "/logged-in?code=the-code&state=the-state";

    async function statusOf(path: string, referer = "") {
      const options = { host: "127.0.0.1", port: httpsPort, path, headers: { referer } };
      const request = get({ ...options, agent: false, rejectUnauthorized: false });
      const [response] = (await once(request, "response")) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    }

    expect(await statusOf(callback)).toBe(502);
    expect(await statusOf("/login", `https://localhost:${httpsPort}${callback}`)).toBe(502);

    await expect.poll(proxy.log).toMatch(/^\S+ GET \/login 502 of /m);
    const log = await proxy.log();
    expect(log).toMatch(/^\S+ GET \/logged-in 502 of 127\.0\.0\.1:\d+.* \(502, 502\) after /m);
    expect(log).not.toMatch(/the-code|the-state/);
  },
);
