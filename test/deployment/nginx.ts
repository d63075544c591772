import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parse } from "yaml";
import { issueCertificate } from "../support/certificates.ts";

export const composeFile = new URL("../../compose.yaml", import.meta.url);

export interface Places {
  httpsPort: string;
  httpPort: string;
  /** Ports on loopback, in place of the containers' names. */
  apps: [string, string];
  /** How long slow clients have, in place of ten seconds. */
  patience?: string | undefined;
}

export interface Nginx {
  /** Everything that it has written so far. */
  log(): Promise<string>;
  close(): Promise<void>;
}

/** A real nginx with the configuration of `compose.yaml`, but for names and ports; `close` it in the end. */
export async function startNginx(places: Places): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), "nginx-"));
  await mkdir(join(folder, "certificates"));
  const { cert, key } = issueCertificate({ hosts: ["localhost"], isAuthority: true });
  await writeFile(join(folder, "certificates", "fullchain.pem"), cert);
  await writeFile(join(folder, "certificates", "privkey.pem"), key, { mode: 0o600 });
  await writeFile(join(folder, "nginx.conf"), await configurationFor(places, folder));

  const logPath = join(folder, "log");
  const log = () => readFile(logPath, "utf8");
  // Not a pipe, which is a socket to Node: nginx opens /dev/stdout by name.
  const output = await open(logPath, "a");
  const args = ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"];
  const child = spawn("nginx", [...args, "-g", `daemon off; pid ${folder}/nginx.pid;`], {
    stdio: ["ignore", output.fd, output.fd],
  });
  await output.close();
  const ended = once(child, "close");
  while (!(await isOpen(Number(places.httpsPort)))) {
    if (child.exitCode !== null) throw new Error(`nginx did not start:\n${await log()}`);
    await wait(20);
  }
  return {
    log,
    async close() {
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function configurationFor(places: Places, folder: string) {
  const { httpsPort, httpPort, apps, patience = "10s" } = places;
  const { configs } = parse(await readFile(composeFile, "utf8"));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  const changes: [string, string][] = [
    // Compose reads a single dollar as a variable of its own.
    ["$$", "$"],
    ["worker_processes auto;", "worker_processes 1;"],
    ["http {", `http { ${temporary.join(" ")}`],
    ["listen 80;", `listen 127.0.0.1:${httpPort};`],
    ["listen 443 ssl;", `listen 127.0.0.1:${httpsPort} ssl;`],
    [" 10s;", ` ${patience};`],
    // An address has nothing to resolve, and an nginx of Debian's age does not know the word.
    ["app-1:3000 resolve", `127.0.0.1:${apps[0]}`],
    ["app-2:3000 resolve", `127.0.0.1:${apps[1]}`],
  ];
  return changes.reduce((text: string, [from, to]) => {
    if (!text.includes(from)) throw new Error(`compose.yaml has no ${from} any more.`);
    return text.replaceAll(from, to);
  }, configs.proxy.content);
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const opened = once(socket, "connect").then(
    () => true,
    () => false,
  );
  return await opened.finally(() => socket.destroy());
}
