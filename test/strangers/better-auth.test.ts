import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { startPool, type TestPool } from "../local-cognito/support/pool.ts";
import { noteOutput } from "../support/canary.ts";
import { writeCertificate } from "../support/certificate-files.ts";
import { freePort } from "../support/spawn-server.ts";
import { createVisitor, type Page } from "../support/visitor.ts";
import { library } from "./support/library.ts";
import { signUp } from "./support/stranger.ts";

const { isInstalled } = library("better-auth", import.meta.url);
const appFile = fileURLToPath(new URL("support/better-auth-app.mjs", import.meta.url));

/** A process of its own, since Node is told at its start whose certificates to trust. */
async function runApp(pool: TestPool, port: string, certificateFile: string): Promise<void> {
  const app = spawn(process.execPath, [appFile], {
    env: {
      PATH: process.env.PATH,
      PORT: port,
      NODE_EXTRA_CA_CERTS: certificateFile,
      COGNITO_CLIENT_ID: pool.clientId,
      COGNITO_CLIENT_SECRET: pool.clientSecret,
      COGNITO_DOMAIN: new URL(pool.origin).host,
      COGNITO_USERPOOL_ID: pool.userPoolId,
    },
  });
  let output = "";
  for (const stream of [app.stdout, app.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      app.emit("output");
    });
  }
  const ended = once(app, "close");
  onTestFinished(async () => {
    app.kill("SIGTERM");
    await ended;
    noteOutput(output);
  });
  await Promise.race([once(app, "output"), ended]);
  if (!output.startsWith("Listening")) throw new Error(`The app did not start:\n${output}`);
}

describe.skipIf(!isInstalled)("better-auth", () => {
  test("signs in with its Cognito provider, which writes https:// itself", async () => {
    const [port, poolPort] = [await freePort(), await freePort()];
    const { certFile, keyFile, remove } = await writeCertificate("localhost");
    onTestFinished(remove);
    const certificate = {
      cert: await readFile(certFile, "utf8"),
      key: await readFile(keyFile, "utf8"),
    };
    const appUrl = `http://localhost:${port}`;
    const pool = await startPool({
      port: Number(poolPort),
      publicUrl: `https://localhost:${poolPort}`,
      certificate,
      callbackUrls: [`${appUrl}/api/auth/callback/cognito`],
      now: Date.now,
    });
    await runApp(pool, port, certFile);
    const visitor = createVisitor({ authority: certificate.cert });
    /** What its client does for signIn.social(). */
    const openSignIn = async (): Promise<Page> => {
      const { text } = await visitor.request("POST", `${appUrl}/api/auth/sign-in/social`, {
        headers: { "content-type": "application/json", origin: appUrl },
        body: JSON.stringify({ provider: "cognito", callbackURL: "/profile" }),
      });
      return await visitor.visit(JSON.parse(text).url);
    };

    const profile = await signUp({ visitor, domain: pool.origin }, await openSignIn());
    expect(profile.heading).toBe("mira@example.org");
    const headers = { "content-type": "application/json", origin: appUrl };
    await visitor.request("POST", `${appUrl}/api/auth/sign-out`, { headers, body: "{}" });
    expect((await visitor.visit(`${appUrl}/profile`)).heading).toBe("Nobody");
    // Its sign-out ends its own session alone: Cognito's lets the visitor in without asking.
    expect((await openSignIn()).heading).toBe("mira@example.org");
  });
});
