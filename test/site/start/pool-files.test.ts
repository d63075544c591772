import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readTemplateFile } from "../../../src/local-cognito/template/file.ts";
import { loadConfig } from "../../../src/site/settings/config.ts";
import { explainStartError } from "../../../src/site/start/start-errors.ts";
import { templatePath } from "../../../src/user-pool/template-path.ts";
import { freePort, type ServerProcess, spawnServer } from "../../support/spawn-server.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

test("local Cognito is set up from the template that AWS deploys, with the parameters, users and triggers given", async () => {
  const users = { Users: [{ Username: "ann", Groups: ["editors"], Password: "Correct-Horse-9" }] };
  const { run, cognito } = await startServer(users, "SelfRegistration=false");
  await run.says("Server running at");
  await run.says("sendMail is called by nothing here");

  const signInPage = await fetch(`${cognito}/login?${await requestOf(cognito)}`);
  const ann = await fetch(`${cognito}/_local/users/ann`, { headers: json });

  expect(signInPage.status).toBe(200);
  expect(await signInPage.text()).not.toContain("/signup");
  expect(await ann.json()).toMatchObject({ status: "CONFIRMED", groups: ["editors"] });
  run.child.kill("SIGTERM");
  expect(await run.exitCode).toBe(0);
});

test("what is wrong in these files is said without a stack, each with its path", async () => {
  const error = await readTemplateFile(templatePath, { parameters: { Mfa: "SOMETIMES" } }).catch(
    (thrown: unknown) => thrown,
  );

  expect(explainStartError(error, undefined)).toMatch(
    /^Nothing was started\. \S+\/src\/user-pool\/template\.yaml cannot be used:\n {2}Parameters\.Mfa: must be one of OFF, OPTIONAL, ON\.\n {2}[^\n]+\nLocal Cognito is set up from it\. Mend what is listed, and start again\.$/,
  );
});

test("parameters are written as the AWS CLI takes them", () => {
  const parametersOf = (LOCAL_COGNITO_PARAMETERS: string) =>
    loadConfig({ LOCAL_COGNITO_PARAMETERS }).localCognito.parameters;

  expect(parametersOf(" Mfa=ON  GoogleClientId=a=b ")).toEqual({
    Mfa: "ON",
    GoogleClientId: "a=b",
  });
  expect(() => parametersOf("Mfa ON")).toThrow("LOCAL_COGNITO_PARAMETERS");
  const files = { LOCAL_COGNITO_CERTIFICATE: "cert.pem", LOCAL_COGNITO_KEY: "key.pem" };
  expect(loadConfig(files).localCognito.certificate).toEqual({ cert: "cert.pem", key: "key.pem" });
  for (const missing of ["LOCAL_COGNITO_CERTIFICATE", "LOCAL_COGNITO_KEY"]) {
    expect(() => loadConfig({ ...files, [missing]: "" })).toThrow(`${missing} is missing`);
  }
});

const json = { accept: "application/json" };

async function startServer(
  users: object,
  parameters = "",
): Promise<{ run: ServerProcess; cognito: string }> {
  const folder = await temporaryDirectory();
  await writeFile(join(folder, "users.json"), JSON.stringify(users));
  const triggers = join(folder, "triggers.mjs");
  const functions = "preAuthentication = async (event) => event, sendMail = async () => {}";
  await writeFile(triggers, `export const ${functions};`);
  const cognitoPort = String(await freePort());
  const run = await spawnServer({
    PORT: String(await freePort()),
    LOCAL_COGNITO_PORT: cognitoPort,
    LOCAL_COGNITO_USERS: join(folder, "users.json"),
    LOCAL_COGNITO_PARAMETERS: parameters,
    LOCAL_COGNITO_TRIGGERS: triggers,
  });
  onTestFinished(() => run.remove());
  return { run, cognito: `http://127.0.0.1:${cognitoPort}` };
}

/** What an app asks the sign-in page with. */
async function requestOf(cognito: string): Promise<URLSearchParams> {
  const pool = await (await fetch(`${cognito}/_local`, { headers: json })).json();
  const { clientId, callbackUrls } = pool.client ?? pool;
  return new URLSearchParams({
    client_id: clientId,
    redirect_uri: callbackUrls[0],
    response_type: "code",
    scope: "openid",
  });
}
