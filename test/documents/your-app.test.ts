import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../support/spawn-server.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { createVisitor } from "../support/visitor.ts";
import { codeBlocks, root } from "./support/documents.ts";
import { isThere } from "./support/rehearsal.ts";

const [esm = "", requires = ""] = codeBlocks("README.md", "Put it into your app", "js");
const commonJs = requires + esm.split("\n").slice(requires.trim().split("\n").length).join("\n");

test.each([
  ["module", esm],
  ["commonjs", commonJs],
])(
  "the app that the README shows signs visitors in beside local Cognito: %s",
  async (type, code) => {
    const app = await runApp(type, code);
    const visitor = createVisitor();
    const form = { username: "ann", email: "ann@example.org", emailVerified: "true" };
    await visitor.request("POST", `${app.cognito}/_local/users`, {
      form: { ...form, temporaryPassword: "Temporary-Horse-1" },
    });

    expect((await visitor.visit(app.url)).text).toBe('{"hello":"stranger"}');
    const signInPage = await visitor.visit(`${app.url}/orders`);
    const choose = await signInPage.submit("Sign in", {
      Username: "ann",
      Password: "Temporary-Horse-1",
    });
    const password = "Correct-Horse-9";
    const orders = await choose.submit("Change password", {
      "New password": password,
      "New password again": password,
    });

    expect(orders.text).toBe('{"of":"ann@example.org"}');
    expect((await visitor.visit(app.url)).text).toBe('{"hello":"ann"}');
    expect((await visitor.visit(`${app.url}/drafts`)).status).toBe(403);
    expect(await app.stop()).toBe(0);
  },
);

/** Runs the code in this folder, where the package is found by its name, with no setting but ports and a folder. */
async function runApp(type: string, code: string) {
  const [port, cognitoPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [`--input-type=${type}`, "--eval", code], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      PORT: port,
      LOCAL_COGNITO_PORT: cognitoPort,
      DATA_DIR: await temporaryDirectory(),
    },
    stdio: "inherit",
  });
  const ended = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const cognito = `http://127.0.0.1:${cognitoPort}`;
  const url = `http://localhost:${port}`;
  for (const awaited of [url, `${cognito}/_local`]) {
    while (!(await isThere(awaited))) await wait(50);
  }
  return {
    url,
    cognito,
    async stop(): Promise<number | null> {
      child.kill("SIGTERM");
      const [exitCode] = await ended;
      return exitCode;
    },
  };
}
