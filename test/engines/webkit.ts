import { expect, onTestFinished } from "vitest";
import { runProgram } from "../support/running-program.ts";
import { freePort } from "../support/spawn-server.ts";

import type { BrowserWindow, Engine } from "./window.ts";

/** WebKit as GTK has it, by WebDriver: https://www.w3.org/TR/webdriver2/ */
export const webkit: Engine = {
  name: "WebKit",
  description: "Safari on Linux",
  programs: ["WebKitWebDriver", "Xvfb"],
  openWindow,
};

async function openWindow(): Promise<BrowserWindow> {
  const words = "-displayfd 1 -screen 0 1280x1024x24 -nolisten tcp";
  const screen = await runProgram("Xvfb", words.split(" "));
  const [display] = await screen.says(/^\d+$/m);
  const port = await freePort();
  await runProgram("WebKitWebDriver", [`--port=${port}`], {
    DISPLAY: `:${display}`,
  });
  const send = sendTo(`http://127.0.0.1:${port}`);
  // It says nothing once it listens.
  await expect.poll(() => send("GET", "/status").catch(() => ({}))).toMatchObject({ ready: true });
  const { sessionId } = await send("POST", "/session", { capabilities: {} });
  const session = `/session/${sessionId}`;
  onTestFinished(() => send("DELETE", session));
  return {
    complaints: [],
    async open(url) {
      await send("POST", `${session}/url`, { url });
    },
    evaluate: (expression) =>
      send("POST", `${session}/execute/sync`, { script: `return ${expression}`, args: [] }),
    async perform(actions) {
      await send("POST", `${session}/actions`, { actions });
    },
  };
}

function sendTo(origin: string) {
  // biome-ignore lint/suspicious/noExplicitAny: results have as many shapes as there are commands.
  return async (method: string, path: string, body?: object): Promise<any> => {
    const answer = await fetch(origin + path, { method, body: body ? JSON.stringify(body) : null });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}, ${value.message}`);
    return value;
  };
}
