import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { hasPrograms } from "../support/programs.ts";
import {
  freePort,
  poolSettings,
  type ServerProcess,
  spawnServer,
} from "../support/spawn-server.ts";
import { startNginx } from "./nginx.ts";

/** Another address than everybody else's. */
const attacker = "127.0.0.2";

/** Nobody signs in here. */
const unusedPool = {
  domain: "https://pool.example",
  issuer: "https://pool.example/eu-west-1_Abcdefgh1",
  clientId: "abc",
  clientSecret: "0123456789abcdef",
};

const post = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf";

interface Proxy {
  httpsPort: string;
  httpPort: string;
  close(): Promise<void>;
}

/** What there is to see of an attacker's connection. */
interface SlowClient {
  isOpen: boolean;
  /** Of its answer. */
  status: number | undefined;
  hasEnded: boolean;
}

describe.runIf(hasPrograms(["nginx"], import.meta.url))(
  "OL-1: slow clients of the proxy in compose.yaml",
  () => {
    let app: ServerProcess;
    let patient: Proxy;
    let impatient: Proxy;

    beforeAll(async () => {
      const PORT = await freePort();
      app = await spawnServer({ PORT, HOST: "127.0.0.1", ...poolSettings(unusedPool) });
      await app.says("Server running at");
      const startProxy = async (patience?: string) => {
        const ports = { httpsPort: await freePort(), httpPort: await freePort() };
        const { close } = await startNginx({ ...ports, apps: [PORT, PORT], patience });
        return { ...ports, close };
      };
      patient = await startProxy("10m");
      impatient = await startProxy("1s");
    });
    afterAll(async () => {
      await patient?.close();
      await impatient?.close();
      await app?.remove();
    });

    test("lock nobody out with half a request", async () => {
      const slow = Array.from({ length: 600 }, () => open(patient.httpPort, "GET / HT"));
      await until(() => slow.every(({ isOpen }) => isOpen));

      expect(await visit(patient)).toBe(200);
      expect(slow.filter(({ hasEnded }) => hasEnded)).toEqual([]);
    });

    test("lock nobody out with half a body: 500 are taken from one address, and others do not notice", async () => {
      const slow = Array.from({ length: 520 }, () => open(patient.httpsPort, post));
      const refused = () => slow.filter(({ status }) => status === 429).length;
      await until(() => refused() === 20);

      expect(await visit(patient)).toBe(200);
      expect(slow.filter(({ status, hasEnded }) => hasEnded && status !== 429)).toEqual([]);
      expect(refused()).toBe(20);
    });

    test("are sent away when their time is over", async () => {
      const slow = [open(impatient.httpPort, "GET / HT"), open(impatient.httpsPort, post)];
      slow.push(open(impatient.httpsPort, "GET / HT"), open(impatient.httpsPort, ""));

      await until(() => slow.every(({ hasEnded }) => hasEnded));
    });

    test("are not many visitors behind one address: 200 come at the same moment", async () => {
      const statuses = await Promise.all(Array.from({ length: 200 }, () => visit(patient)));

      expect(new Set(statuses)).toEqual(new Set([200]));
    });

    async function visit({ httpsPort }: Proxy): Promise<number | undefined> {
      const options = { host: "127.0.0.1", port: httpsPort, rejectUnauthorized: false };
      const request = get({ ...options, agent: false, headers: { host: "localhost" } });
      const [response] = (await once(request, "response")) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    }

    /** A connection of the attacker's that says these words, and no more. */
    function open(port: string, words: string): SlowClient {
      const options = { host: "127.0.0.1", port: Number(port), localAddress: attacker };
      const isPlain = [patient, impatient].some(({ httpPort }) => port === httpPort);
      const socket: Socket = isPlain
        ? connect(options)
        : connectTls({ ...options, rejectUnauthorized: false });
      const client: SlowClient = { isOpen: false, status: undefined, hasEnded: false };
      socket.once("connect", () => {
        client.isOpen = true;
      });
      socket.on("error", () => {});
      socket.on("data", (answer) => {
        client.status ??= Number(String(answer).split(" ")[1]);
      });
      socket.once("close", () => {
        client.hasEnded = true;
      });
      socket.write(words);
      onTestFinished(() => void socket.destroy());
      return client;
    }
  },
);

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await wait(20);
}
