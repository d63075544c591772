import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, onTestFinished } from "vitest";
import { builtModule } from "../../support/built-app.ts";
import { freePort, spawnServer } from "../../support/spawn-server.ts";
import { testSecret } from "../../support/start.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { trust } from "../../support/trusted-authority.ts";
import { codeBlocks, root } from "./documents.ts";

const page = "docs/operating.md";
const run = promisify(execFile);

/** The blocks of "Rehearse it on a laptop", in a folder and on ports of the test's own. */
export async function prepareRehearsal() {
  const title = "Rehearse it on a laptop";
  const folder = await temporaryDirectory();
  const ports = new Map<string, string>();
  for (const port of ["8443", "3001", "4301", "9465"]) ports.set(port, await freePort());
  const here = (text: string) =>
    [...ports].reduce(
      (changed, [from, to]) => changed.replaceAll(from, to),
      text.replaceAll(".data/rehearsal", folder).replaceAll("\\\n", ""),
    );
  const [certificate = "", local = "", settings = "", start = "", trials = ""] = codeBlocks(
    page,
    title,
    "sh",
  ).map(here);
  const [proxy = ""] = codeBlocks(page, title, "nginx").map(here);
  await run("sh", ["-c", String(/^openssl .+$/m.exec(certificate)?.[0])]);
  await writeFile(
    join(folder, "nginx.conf"),
    proxy.replace(/^pid/, "daemon off; worker_processes 1;\npid"),
  );
  trust(await readFile(join(folder, "cert.pem"), "utf8"));

  return {
    appUrl: String(/^APP_URL=(.+)$/m.exec(settings)?.[1]),
    /** Resolves to what it prints once it runs. */
    async startLocalCognito(): Promise<string> {
      const [, words = ""] = /npm run local-cognito -- (.+)/.exec(local) ?? [];
      const child = startUntilFinished(process.execPath, [
        builtModule("package/local-cognito/run.js"),
        ...words.split(/\s+/).filter(Boolean),
      ]);
      let output = "";
      for await (const text of child.stdout.setEncoding("utf8")) {
        output += text;
        if (/^CLIENT_SECRET=.+\n/m.test(output)) break;
      }
      return output;
    },
    async startApp(pool: string) {
      const values = new Map(
        [...pool.matchAll(/^([A-Z_]+)=(.+)$/gm)].map(([, ...pair]) => pair) as [string, string][],
      );
      values.set("SESSION_SECRET", testSecret);
      const filled = settings.replace(
        /^([A-Z_]+)=…$/gm,
        (_, name) => `${name}=${values.get(name)}`,
      );
      await writeFile(join(folder, "sign-in.env"), filled);
      expect(start).toContain(`node --env-file=${folder}/sign-in.env dist/server.js`);
      const env = Object.fromEntries(
        [...filled.matchAll(/^([A-Z_]+)=(.+)$/gm)].map(([, name, value]) => [name, value]),
      );
      const app = await spawnServer(env);
      onTestFinished(app.remove);
      await app.says("Server running at");
      return app;
    },
    async startProxy(): Promise<void> {
      const [, ...words] = String(/^nginx .+$/m.exec(start)?.[0]).split(" ");
      startUntilFinished("nginx", words);
      while (!(await isThere(`${this.appUrl}/healthz`))) await wait(50);
    },
    /** Each line of the last block, for this user. */
    async tryCommands(sub: string): Promise<void> {
      for (const line of trials.trim().split("\n")) {
        const command = line
          .replace("SUB", sub)
          .replace("NAME", "ann")
          .replace(/^curl /, "curl --fail ");
        await run("sh", ["-c", command], { cwd: root });
      }
    },
  };
}

function startUntilFinished(program: string, words: string[]) {
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"], cwd: root });
  const ended = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  return child;
}

/** Whether something answers there, and well. */
export async function isThere(url: string): Promise<boolean> {
  return await fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
