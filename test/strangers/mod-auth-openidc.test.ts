import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { startPool, type TestPool } from "../local-cognito/support/pool.ts";
import { hasPrograms } from "../support/programs.ts";
import { freePort } from "../support/spawn-server.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { createVisitor } from "../support/visitor.ts";
import { signIn, signUp } from "./support/stranger.ts";

const modules = "/usr/lib/apache2/modules";
const isInstalled =
  existsSync(`${modules}/mod_auth_openidc.so`) ||
  hasPrograms(["libapache2-mod-auth-openidc"], import.meta.url);

/**
 * As its quick start has it. Its sign-out appends OpenID Connect's parameters to the address that the discovery document
 * names; Cognito's own stand in that address.
 */
function configuration(folder: string, site: string, pool: TestPool): string {
  const signOut = new URLSearchParams({ client_id: pool.clientId, logout_uri: `${site}/bye` });
  return `
ServerName localhost
ServerRoot ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
Listen 127.0.0.1:${new URL(site).port}
DocumentRoot ${folder}/site
DirectoryIndex index.html
${process.getuid?.() === 0 ? "User www-data\nGroup www-data" : ""}
${[
  "mpm_event",
  "authn_core",
  "authz_core",
  "authz_user",
  "dir",
  "include",
  "filter",
  "auth_openidc",
]
  .map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`)
  .join("\n")}
OIDCProviderMetadataURL ${pool.issuer}/.well-known/openid-configuration
OIDCClientID ${pool.clientId}
OIDCClientSecret ${pool.clientSecret}
OIDCRedirectURI ${site}/secure/redirect_uri
OIDCCryptoPassphrase a-passphrase-of-the-test
OIDCScope "openid email"
OIDCRemoteUserClaim email
OIDCProviderEndSessionEndpoint ${pool.origin}/logout?${signOut}
<Location />
  Options +Includes
  SetOutputFilter INCLUDES
</Location>
<Location /secure/>
  AuthType openid-connect
  Require valid-user
</Location>
`;
}

/** An Apache that protects one page, with nothing of its own set up by the machine. */
async function startApache(pool: TestPool, site: string): Promise<void> {
  const folder = await temporaryDirectory();
  await mkdir(join(folder, "site", "secure"), { recursive: true });
  const page = '<h1>Hello, <!--#echo var="REMOTE_USER" --></h1>';
  await writeFile(join(folder, "site", "secure", "index.html"), page);
  await writeFile(join(folder, "site", "bye"), "<h1>Signed out</h1>");
  const file = join(folder, "apache.conf");
  await writeFile(file, configuration(folder, site, pool));
  spawnSync("chmod", ["-R", "a+rX", folder]);
  const apache = spawn("/usr/sbin/apache2", ["-f", file, "-DFOREGROUND"], { stdio: "ignore" });
  const ended = once(apache, "close");
  onTestFinished(async () => {
    apache.kill("SIGTERM");
    await ended;
  });
  while (!(await isThere(site))) {
    const log = () => readFile(join(folder, "error.log"), "utf8");
    if (apache.exitCode !== null) throw new Error(`Apache did not start:\n${await log()}`);
    await wait(20);
  }
}

async function isThere(site: string): Promise<boolean> {
  return await fetch(`${site}/bye`).then(
    ({ ok }) => ok,
    () => false,
  );
}

describe.skipIf(!isInstalled)("Apache's mod_auth_openidc", () => {
  test("lets in who signs up, and signs out", async () => {
    const site = `http://localhost:${await freePort()}`;
    const pool = await startPool({
      callbackUrls: [`${site}/secure/redirect_uri`],
      signOutUrls: [`${site}/bye`],
      now: Date.now,
    });
    await startApache(pool, site);
    const app = { visitor: createVisitor(), domain: pool.origin };

    const page = await signUp(app, await app.visitor.visit(`${site}/secure/`));
    expect(page.heading).toBe("Hello, mira@example.org");
    const logout = new URLSearchParams({ logout: `${site}/bye` });
    const bye = await app.visitor.visit(`${site}/secure/redirect_uri?${logout}`);
    expect([bye.heading, new URL(bye.url).pathname]).toEqual(["Signed out", "/bye"]);
    const again = await signIn(await app.visitor.visit(`${site}/secure/`));
    expect(again.heading).toBe("Hello, mira@example.org");
  });
});
