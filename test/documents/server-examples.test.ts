import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { issueCertificate } from "../support/certificates.ts";
import { hasPrograms } from "../support/programs.ts";
import { signedInHeading } from "../support/signed-in.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { createVisitor } from "../support/visitor.ts";
import { codeBlocks } from "./support/documents.ts";
import { prepareRehearsal } from "./support/rehearsal.ts";

const page = "docs/operating.md";
const run = promisify(execFile);

describe("The unit", () => {
  const [unit = ""] = codeBlocks(page, "The unit", "ini");
  const [settings = "", , commands = ""] = codeBlocks(page, "The unit", "sh");

  test("reads its settings where the app, as another user, does not look for them", () => {
    const [, folder] = /^WorkingDirectory=(.+)$/m.exec(unit) ?? [];

    expect(folder).toMatch(/^\//);
    expect(unit).toMatch(/^EnvironmentFile=\/.+\.env$/m);
    expect(unit).not.toContain(`EnvironmentFile=${folder}`);
    expect(unit).not.toMatch(/^Environment=/m);
  });

  test("has the doctor and the operator's command beside it, with the same settings", () => {
    const [, file] = /^EnvironmentFile=(.+)$/m.exec(unit) ?? [];

    const lines = commands.trim().split("\n");
    expect(lines.map((line) => line.split(" dist/")[0])).toEqual(
      Array(2).fill(`sudo node --env-file=${file}`),
    );
  });

  test("keeps sessions in the folder that it may write to", () => {
    const [, folder] = /^StateDirectory=(.+)$/m.exec(unit) ?? [];

    expect(settings).toContain(`\nDATA_DIR=/var/lib/${folder}\n`);
  });

  test.runIf(hasPrograms(["systemd-analyze"], import.meta.url))("is one, for systemd", async () => {
    const folder = await temporaryDirectory();
    const file = join(folder, "sign-in.service");
    await writeFile(file, unit.replace("/usr/bin/node", process.execPath));

    const { stdout, stderr } = await run("systemd-analyze", ["verify", file]);

    expect(stdout + stderr).toBe("");
  });
});

describe.runIf(hasPrograms(["nginx", "openssl"], import.meta.url))("nginx", () => {
  test("takes the configuration of a single machine", async () => {
    const folder = await temporaryDirectory();
    const { cert, key } = issueCertificate({ hosts: ["app.example.com"] });
    await writeFile(join(folder, "fullchain.pem"), cert);
    await writeFile(join(folder, "privkey.pem"), key);
    const [servers = ""] = codeBlocks(page, "nginx", "nginx");
    const here = servers.replaceAll("/etc/letsencrypt/live/app.example.com/", "");
    await writeFile(join(folder, "nginx.conf"), `pid pid; events {}\nhttp {\n${here}}\n`);

    const { stderr } = await run("nginx", ["-e", "stderr", "-p", folder, "-c", "nginx.conf", "-t"]);

    expect(stderr).toContain("test is successful");
    expect(stderr).not.toContain("[warn]");
  });

  test("ends TLS for the app in production, with its values from local Cognito: the rehearsal, as it is written", async () => {
    const rehearsal = await prepareRehearsal();

    const pool = await rehearsal.startLocalCognito();
    const app = await rehearsal.startApp(pool);
    await rehearsal.startProxy();

    const visitor = createVisitor();
    const [, cognito = ""] = /^COGNITO_DOMAIN=(.+)$/m.exec(pool) ?? [];
    const form = { username: "ann", email: "ann@example.org", emailVerified: "true" };
    const made = await visitor.request("POST", `${cognito}/_local/users`, {
      headers: { accept: "application/json" },
      form: { ...form, temporaryPassword: "Temporary-Horse-1" },
    });
    expect(made.status).toBeLessThan(400);
    const index = await visitor.visit(rehearsal.appUrl);
    const signInPage = await index.click("Register/Login");
    const choose = await signInPage.submit("Sign in", {
      Username: "ann",
      Password: "Temporary-Horse-1",
    });
    const password = "Correct-Horse-9";
    const page = await choose.submit("Change password", {
      "New password": password,
      "New password again": password,
    });
    expect(page.heading).toBe(signedInHeading);
    expect(visitor.cookies(rehearsal.appUrl)).toMatchObject([
      { name: expect.stringMatching(/^__Host-/) },
    ]);
    await rehearsal.tryCommands(String(/"sub":"([^"]+)"/.exec(made.text)?.[1]));
    app.child.kill("SIGTERM");
    expect(await app.exitCode).toBe(0);
  });
});
