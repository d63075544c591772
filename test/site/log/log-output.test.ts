import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { withSources } from "../../../src/site/log/sources.ts";
import { standardOutput } from "../../../src/site/log/standard-output.ts";
import { builtModule, builtPart } from "../../support/built-app.ts";
import { freePort } from "../../support/spawn-server.ts";
import { createVisitor } from "../../support/visitor.ts";

interface Entry {
  count?: number;
  lost?: number;
}

const loggingProcess = builtPart("logging-process");
const megabyte = 1024 * 1024;

function run(words: string[], options: SpawnOptions): ChildProcess {
  const child = spawn(words[0] as string, words.slice(1), options);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "log-output-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The exit code after a SIGTERM. */
async function stop(child: ChildProcess): Promise<unknown> {
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  return code;
}

/** A last line that was cut short is none. */
const entriesOf = (text: string): Entry[] =>
  text
    .split("\n")
    .slice(0, -1)
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

/** Numbers that are missing among the lines, each gap explained by the entry that stands in it. */
function expectGapsExplained(entries: Entry[]): void {
  let next = 1;
  for (const { lost = 0, count } of entries) {
    next += lost;
    if (count !== undefined) expect(count).toBe(next++);
  }
}

test("a stack trace of what is built names the sources, and leaves the places of others", () => {
  const file = builtModule("server/programs/server.js");
  const lines = readFileSync(file, "utf8").split("\n");
  const line = lines.findIndex((text) => text.includes("Server running at"));
  const column = lines[line]?.indexOf("Server running at");
  const built = `Error: no\n    at announce (${pathToFileURL(file)}:${line + 1}:${column})\n    at node:http:1:2`;

  const stack = withSources(built);
  expect(stack).toContain(`at announce (${new URL("../../../src/server.ts", import.meta.url)}:`);
  expect(stack).toContain("at node:http:1:2");
  expect(stack).not.toContain("dist");
});

test("a stack trace has nothing read that is not built of ours, whatever file it names", async () => {
  const mapped = { version: 3, sources: ["source-of-others.ts"], mappings: "AAAA" };
  const file = join(temporaryFolder(), "others.js");
  await writeFile(`${file}.map`, JSON.stringify(mapped));
  const { href } = pathToFileURL(file);
  const around = `${pathToFileURL(builtModule("server"))}/../../../../../../../../..${file}`;
  const stack = `Error: ${href}:1:1\n    at ${around}:1:1`;

  expect(withSources(stack)).toBe(stack);
});

test("OL-3: with a log that nobody reads the server takes no more memory, and stops", async () => {
  const words = [process.execPath, "--expose-gc", loggingProcess];
  const child = run(words, { stdio: ["ignore", "pipe", "pipe"] });
  const heap: number[] = [];
  child.stderr
    ?.setEncoding("utf8")
    .on("data", (text: string) => heap.push(Number.parseInt(text, 10)));

  await expect.poll(() => heap.length).toBeGreaterThan(30);

  expect(Math.max(...heap)).toBeLessThan(12 * megabyte);
  expect(await stop(child)).toBe(0);
});

test("lines that a reader missed are counted in the log, once it reads again", async () => {
  const child = run([process.execPath, loggingProcess], { stdio: ["ignore", "pipe", "pipe"] });
  let turns = 0;
  child.stderr?.on("data", () => {
    turns += 1;
  });
  await expect.poll(() => turns).toBeGreaterThan(25);

  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await expect.poll(() => text).toContain('"lost":');
  const closed = once(child, "close");
  expect(await stop(child)).toBe(0);
  await closed;

  const entries = entriesOf(text);
  expect(entries.some(({ lost = 0 }) => lost > 1000)).toBe(true);
  expectGapsExplained(entries);
});

test("lines that found no room on a disk are counted in the log, once there is room again", async () => {
  const file = join(temporaryFolder(), "app.log");
  const out = openSync(file, "a");
  const limited = 'ulimit -f 256; exec "$@"';
  const words = ["bash", "-c", limited, "bash", process.execPath, loggingProcess];
  const child = run(words, { stdio: ["ignore", out, "ignore"] });
  const isFull = () => statSync(file).size >= 256 * 1024;
  await expect.poll(isFull).toBe(true);
  const before = entriesOf(await readFile(file, "utf8"));

  await truncate(file);
  await expect.poll(isFull).toBe(true);
  expect(await stop(child)).toBe(0);

  const after = entriesOf(await readFile(file, "utf8"));
  expect(after[0]?.lost).toBeGreaterThan(0);
  expectGapsExplained([...before, ...after]);
});

test("a server whose log finds no room at all serves, and stops when it is told to", async () => {
  const port = await freePort();
  const env = {
    PATH: process.env.PATH,
    PORT: port,
    LOCAL_COGNITO_PORT: await freePort(),
    DATA_DIR: temporaryFolder(),
  };
  const child = run([process.execPath, builtModule("server.js")], {
    env,
    cwd: env.DATA_DIR,
    stdio: ["ignore", openSync("/dev/full", "w"), "inherit"],
  });
  const visit = async () =>
    (
      await createVisitor()
        .request("GET", `http://localhost:${port}/`)
        .catch(() => undefined)
    )?.status;
  await expect.poll(visit).toBe(200);
  expect(await visit()).toBe(200);

  expect(await stop(child)).toBe(0);
});

test("lines that a socket's reader missed are counted, too, as under systemd", async () => {
  const server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const [socket, [reader]] = await Promise.all([connectTo(server), once(server, "connection")]);
  const output = standardOutput(socket as unknown as typeof process.stdout);
  const line = `${"x".repeat(100_000)}\n`;

  while (socket.writableLength <= megabyte) output.write(line);
  for (let lost = 0; lost < 3; lost += 1) output.write("lost\n");
  let text = "";
  reader.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  reader.resume();
  await expect.poll(() => socket.writableLength).toBe(0);
  output.write("kept\n");

  await expect.poll(() => text).toMatch(/x\n\{.*"lost":3,.*\}\nkept\n$/);
});

test("a line that a full device does not take is no error", () => {
  const full = { fd: openSync("/dev/full", "w"), isTTY: false, on() {}, write: () => true };
  const output = standardOutput(full as unknown as typeof process.stdout);

  for (let line = 0; line < 3; line += 1) expect(() => output.write("line\n")).not.toThrow();
});

test("a terminal is written to as it is, and may go away", async () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, fd: 1 });

  expect(standardOutput(terminal as unknown as typeof process.stdout)).toBe(terminal);
  expect(() => terminal.emit("error", new Error("EIO"))).not.toThrow();
});

async function connectTo(server: Server): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}
