import { once } from "node:events";
import { runProgram } from "../support/running-program.ts";
import type { BrowserWindow, Engine } from "./window.ts";

/** Firefox, by WebDriver BiDi: https://www.w3.org/TR/webdriver-bidi/ */
export const firefox: Engine = {
  name: "Firefox",
  description: "Firefox on Linux",
  programs: ["firefox-esr"],
  openWindow,
};

async function openWindow(): Promise<BrowserWindow> {
  const words = ["--headless", "--no-remote", "--remote-debugging-port=0"];
  const program = await runProgram("firefox-esr", words);
  const [, origin] = await program.says(/WebDriver BiDi listening on (ws:\S+)/);
  const complaints: string[] = [];
  const { send } = await connect(`${origin}/session`, (entry) => {
    if (["warn", "error"].includes(entry.level)) complaints.push(`${entry.level}: ${entry.text}`);
  });
  await send("session.new", { capabilities: {} });
  await send("session.subscribe", { events: ["log.entryAdded"] });
  const { contexts } = await send("browsingContext.getTree", {});
  const { context } = contexts[0];
  return {
    complaints,
    async open(url) {
      await send("browsingContext.navigate", { context, url, wait: "complete" });
    },
    async evaluate(expression) {
      const { result, exceptionDetails } = await send("script.evaluate", {
        expression: `JSON.stringify(${expression})`,
        target: { context },
        awaitPromise: false,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.text);
      return JSON.parse(result.value);
    },
    async perform(actions) {
      await send("input.performActions", { context, actions });
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: results have as many shapes as there are commands.
type Result = any;

/** Sends commands over a web socket, and hands on the entries of the console. */
async function connect(
  address: string,
  onEntry: (entry: { level: string; text: string }) => void,
): Promise<{ send(method: string, params: object): Promise<Result> }> {
  const socket = new WebSocket(address);
  await once(socket, "open");
  const waiting = new Map<number, (message: Result) => void>();
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(data);
    if (message.method === "log.entryAdded") onEntry(message.params);
    waiting.get(message.id)?.(message);
  });
  let lastId = 0;
  return {
    async send(method, params) {
      lastId += 1;
      const id = lastId;
      socket.send(JSON.stringify({ id, method, params }));
      const answer = await new Promise<Result>((resolve) => waiting.set(id, resolve));
      waiting.delete(id);
      if (answer.type === "error") throw new Error(`${method}: ${answer.error}, ${answer.message}`);
      return answer.result;
    },
  };
}
