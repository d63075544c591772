import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { localCognitoCommand } from "../../src/local-cognito/command.ts";
import { builtModule } from "../support/built-app.ts";
import { noteSecret } from "../support/canary.ts";
import { issueCertificate } from "../support/certificates.ts";
import { copyNewPool } from "../support/pool-template.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { send } from "./support/http.ts";
import { startPool } from "./support/pool.ts";

const run = builtModule("package/local-cognito/run.js");

/** The command in this process, in a folder of a pool that is made already. */
async function command(words: string[], env: Record<string, string> = {}) {
  const dataDirectory = await temporaryDirectory();
  await copyNewPool(dataDirectory);
  const said = { output: "", errors: "" };
  const all = ["--port", "0", "--data-directory", dataDirectory, ...words];
  const outcome = await localCognitoCommand(all, env, {
    output: { write: (text) => (said.output += text) },
    errors: { write: (text) => (said.errors += text) },
  });
  if (typeof outcome === "number") return { exitCode: outcome, running: undefined, ...said };
  onTestFinished(() => outcome.close());
  noteSecret("the client secret", outcome.clientSecret);
  return { exitCode: undefined, running: outcome, ...said };
}

/** What `NAME=VALUE` lines say. */
const valuesIn = (output: string) =>
  Object.fromEntries(
    [...output.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );

describe("local-cognito, alone", () => {
  test("tells the values that an app's settings need, and knows the URLs that it was given", async () => {
    const urls = ["http://localhost:8000/callback", "http://127.0.0.1:8000/oauth2/idpresponse"];
    const { running, output, errors } = await command([
      ...urls.flatMap((url) => ["--callback-url", url]),
      "--sign-out-url",
      "http://localhost:8000/bye",
    ]);
    const { CLIENT_ID, CLIENT_SECRET, COGNITO_DOMAIN, ...ids } = valuesIn(output);
    expect([CLIENT_ID, CLIENT_SECRET]).toEqual([running?.clientId, running?.clientSecret]);
    expect(ids).toEqual({
      COGNITO_ISSUER: running?.issuer,
      COGNITO_USER_POOL_ID: running?.userPoolId,
    });
    expect(errors).toBe("");
    const metadata = /its metadata: {2}(\S+)/.exec(output)?.[1] ?? "";
    expect(JSON.parse((await send(metadata, {})).text).issuer).toBe(running?.issuer);
    const { text } = await send(`${COGNITO_DOMAIN}/_local`, {
      headers: { accept: "application/json" },
    });
    const { callbackUrls, signOutUrls } = JSON.parse(text);
    expect([callbackUrls, signOutUrls]).toEqual([urls, ["http://localhost:8000/bye"]]);
  });

  test("makes as many clients as flags ask for, each with what stands behind its name", async () => {
    const shop = ["--new-client", "shop", "--callback-url", "http://localhost:4000/in"];
    const { running, output } = await command([
      "--no-secret",
      ...[...shop, "--grant", "implicit", "--scope", "openid email", "--auth-flow", "USER_AUTH"],
      ...["--new-client=jobs", "--grant", "client_credentials", "--scope", "orders/read"],
    ]);
    expect(output).not.toContain("CLIENT_SECRET");
    expect(
      running?.clients.map(({ name, clientSecret = "" }) => [name, clientSecret !== ""]),
    ).toEqual([
      ["app", false],
      ["shop", true],
      ["jobs", true],
    ]);
    for (const { clientId, clientSecret = "" } of running?.clients.slice(1) ?? []) {
      expect(output).toContain(`id ${clientId}, secret ${clientSecret}`);
    }
    const headers = { accept: "application/json" };
    const { clients, settings } = JSON.parse(
      (await send(`${running?.origin}/_local`, { headers })).text,
    );
    expect(clients).toMatchObject([
      { name: "app", hasSecret: false },
      {
        name: "shop",
        grants: ["implicit"],
        scopes: ["openid", "email"],
        authFlows: ["ALLOW_USER_AUTH"],
        callbackUrls: ["http://localhost:4000/in"],
      },
      { name: "jobs", grants: ["client_credentials"], scopes: ["orders/read"], callbackUrls: [] },
    ]);
    expect(settings.resourceServers).toEqual([
      { identifier: "orders", name: "orders", scopes: [{ name: "read", description: "read" }] },
    ]);
  });

  test.each<[string[], RegExp]>([
    [["--new-client"], /^--new-client is “”; a name/],
    [["--new-client", "a", "--port", "1"], /^Behind --new-client a: Unknown option '--port'/],
    [
      ["--new-client", "a", "--grant", "password"],
      /^--grant is “password”; there are code, implicit/,
    ],
    [["--auth-flow", "SRP"], /^--auth-flow is “ALLOW_SRP”; there are ALLOW_/],
    [["--new-client", "app"], /^There are two clients named app/],
    [
      ["--new-client", "a", "--grant", "client_credentials"],
      /^The client a has the grant client_cr/,
    ],
    [["--template", "t.yaml", "--no-secret"], /^--no-secret is for clients that flags make/],
  ])("makes no client that AWS would not: %j", async (words, problem) => {
    const { exitCode, errors } = await command(words);
    expect(exitCode).toBe(2);
    expect(errors).toMatch(problem);
  });

  test("takes settings and URLs from a template, with parameters, and users from a file", async () => {
    const folder = await temporaryDirectory();
    const [template, users] = [join(folder, "template.json"), join(folder, "users.json")];
    await writeFile(template, JSON.stringify(smallTemplate));
    const mira = { Username: "mira", TemporaryPassword: "Correct-Horse-9" };
    await writeFile(users, JSON.stringify({ Users: [mira] }));
    const words = ["--template", template, "--parameter", "Name=editors", "--users", users];
    const { running } = await command(words);
    const headers = { accept: "application/json" };
    const { text } = await send(`${running?.origin}/_local`, { headers });
    expect(JSON.parse(text)).toMatchObject({
      settings: { poolName: "editors", mfa: "OFF" },
      callbackUrls: ["http://localhost:8000/from-template"],
    });
    const listed = await send(`${running?.origin}/_local/users`, { headers });
    expect(JSON.parse(listed.text)).toMatchObject([{ username: "mira" }]);
  });

  test.each<[string[], RegExp]>([
    [["--prot", "1"], /^Unknown option '--prot'/],
    [["start"], /^Unexpected argument 'start'/],
    [["--port", "http"], /^--port is “http”; a port is a number from 0 to 65535\.\n/],
    [["--port", "65536"], /^--port is “65536”;/],
    [["--certificate", "x.pem"], /^--certificate and --key are two files/],
    [["--callback-url", "/callback"], /^--callback-url is “\/callback”; it has to begin with/],
    [["--parameter", "=x"], /^--parameter is “=x”; it has to be NAME=VALUE/],
  ])("explains itself where it does not understand: %j", async (words, problem) => {
    const { exitCode, output, errors } = await command(words);
    expect([exitCode, output]).toEqual([2, ""]);
    expect(errors).toMatch(problem);
    expect(errors).toContain("\n\nUsage:\n  local-cognito [--port PORT]");
  });

  test("says in a line each how to point SDKs, the CLI, Amplify and tests in a browser at it", async () => {
    const { running, output } = await command([]);
    const { origin, userPoolId } = running ?? { origin: "", userPoolId: "" };
    for (const [who, what] of [
      ["AWS SDK", `endpoint: "${origin}"`],
      ["AWS CLI", `--user-pool-id ${userPoolId} --region eu-west-1 --endpoint-url ${origin}`],
      ["boto3", `endpoint_url="${origin}"`],
      ["Amplify", `userPoolEndpoint: "${origin}"`],
      ["Cypress", `cy.origin("${origin}", `],
      ["Playwright", `page.waitForURL("${origin}/login?*")`],
    ]) {
      const line = output.split("\n").find((text) => text.startsWith(`  ${who}:`));
      expect(line).toContain(what);
    }
  });

  test("is served by https with a certificate, and found where it is told", async () => {
    const folder = await temporaryDirectory();
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    const issued = issueCertificate({ hosts: ["localhost"] });
    await writeFile(cert, issued.cert);
    await writeFile(key, issued.key);
    const words = ["--certificate", cert, "--key", key];
    expect((await command(words)).running?.origin).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const open = ["--host", "0.0.0.0", "--public-url", "https://cognito.local:4300"];
    const { running, errors } = await command([...words, ...open]);
    expect(running?.origin).toBe("https://cognito.local:4300");
    expect(errors).toMatch(/^WARNING: .* 0\.0\.0\.0/);
    const refused = await command(["--host", "0.0.0.0"]);
    expect([refused.exitCode, refused.errors]).toEqual([
      1,
      expect.stringMatching(/does not listen on 0\.0\.0\.0[\s\S]*--public-url/),
    ]);
    const missing = await command(["--certificate", "/no/cert.pem", "--key", key]);
    expect(missing.errors).toMatch("/no/cert.pem cannot be read (ENOENT)");
  });

  test("explains itself when it is asked to", async () => {
    const { exitCode, output } = await command(["--help"]);
    expect(exitCode).toBe(0);
    for (const flag of ["--port", "--callback-url", "--sign-out-url", "--data-directory"]) {
      expect(output).toContain(`  ${flag} `);
    }
  });

  test("says that its port is taken, and how to choose another", async () => {
    const { port } = new URL((await startPool()).origin);
    const { exitCode, errors } = await command(["--port", port]);
    expect(exitCode).toBe(1);
    expect(errors).toBe(
      `Nothing was started. Port ${port} is taken.\nAnother local Cognito may be running: stop it, or choose another port with --port.\n`,
    );
  });

  test.each<[string, string[], Record<string, string>, string]>([
    [
      "LL-2: does not start in production",
      [],
      { NODE_ENV: "production" },
      "does not start with NODE_ENV=produ",
    ],
    [
      "LL-2: does not start in production with a blank",
      [],
      { NODE_ENV: "production " },
      "does not start with NODE_ENV=produ",
    ],
    [
      "LL-2: does not start for a public site",
      ["--callback-url", "https://app.example/cb"],
      {},
      "--callback-url",
    ],
    ["does not start where users are no file", ["--users", "/no/users.yaml"], {}, "/no/users.yaml"],
    [
      "does not start with no template",
      ["--template", "/no/template.yaml"],
      {},
      "/no/template.yaml",
    ],
    [
      "does not start in a folder that is a file",
      ["--data-directory", `${run}/x`],
      {},
      "--data-directory",
    ],
  ])("%s, and says why", async (_name, words, env, why) => {
    const { exitCode, output, errors } = await command(words, env);
    expect([exitCode, output]).toEqual([1, ""]);
    expect(errors).toMatch(/^Nothing was started\. /);
    expect(errors).toContain(why);
    expect(errors).not.toMatch(/\n {4}at /);
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "runs until %s, makes its folder and leaves with 0",
    async (signal) => {
      const folder = await temporaryDirectory();
      await copyNewPool(join(folder, ".local-cognito"));
      const words = [run, "--port", "0"];
      const child = spawn(process.execPath, words, {
        cwd: folder,
        env: { PATH: process.env.PATH },
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      let output = "";
      for await (const text of child.stdout.setEncoding("utf8")) {
        output += text;
        if (output.includes("CLIENT_SECRET=")) break;
      }
      noteSecret("the client secret", valuesIn(output).CLIENT_SECRET);
      expect((await send(`${valuesIn(output).COGNITO_DOMAIN}/_local`, {})).status).toBe(200);
      child.kill(signal);
      expect(await once(child, "exit")).toEqual([0, null]);
    },
  );
});

const smallTemplate = {
  Parameters: { Name: { Type: "String" } },
  Resources: {
    Pool: {
      Type: "AWS::Cognito::UserPool",
      Properties: {
        UserPoolName: { Ref: "Name" },
        AliasAttributes: ["email"],
        AutoVerifiedAttributes: ["email"],
      },
    },
    Client: {
      Type: "AWS::Cognito::UserPoolClient",
      Properties: {
        UserPoolId: { Ref: "Pool" },
        GenerateSecret: true,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ["code"],
        AllowedOAuthScopes: ["openid", "email"],
        SupportedIdentityProviders: ["COGNITO"],
        CallbackURLs: ["http://localhost:8000/from-template"],
      },
    },
  },
};
