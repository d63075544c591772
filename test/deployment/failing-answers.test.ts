import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { get } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { hasPrograms } from "../support/programs.ts";
import { freePort } from "../support/spawn-server.ts";
import { startNginx } from "./nginx.ts";

/** Node does the same to a request that it refuses while the rest of it is still on its way. */
const reset = "/reset";
/** As of an answer that drops twelve pending sign-ins, and begins another. */
const longHead = "/long-head";

test.runIf(hasPrograms(["nginx"], import.meta.url))(
  "OL-1: the proxy in compose.yaml leaves no app out for what one visitor can make it answer",
  async () => {
    const app = createServer((req, res) => {
      if (req.url === reset) req.socket.resetAndDestroy();
      else res.writeHead(200, req.url === longHead ? { "x-long": "x".repeat(10_000) } : {}).end();
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void app.close());
    await once(app, "listening");
    const port = String((app.address() as AddressInfo).port);
    const [httpsPort, httpPort] = await Promise.all([freePort(), freePort()]);
    const proxy = await startNginx({ httpsPort, httpPort, apps: [port, port] });
    onTestFinished(() => proxy.close());

    async function statusOf(path: string) {
      const options = { host: "127.0.0.1", port: httpsPort, path, rejectUnauthorized: false };
      const [response] = await once(get({ ...options, agent: false }), "response");
      return (response as IncomingMessage).resume().statusCode;
    }
    const statuses: Record<string, unknown[]> = {};
    for (const path of [longHead, reset, "/"]) {
      statuses[path] = [];
      for (let count = 0; count < 4; count += 1) statuses[path].push(await statusOf(path));
    }

    expect(statuses).toEqual({
      [longHead]: Array(4).fill(200),
      [reset]: Array(4).fill(502),
      "/": Array(4).fill(200),
    });
  },
);
