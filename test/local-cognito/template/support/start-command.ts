import { onTestFinished } from "vitest";
import { localCognitoCommand } from "../../../../src/local-cognito/command.ts";
import type { LocalCognito } from "../../../../src/local-cognito/local-cognito.ts";
import { noteSecret } from "../../../support/canary.ts";
import { copyNewPool } from "../../../support/pool-template.ts";
import { temporaryDirectory } from "../../../support/temporary-directory.ts";
import { Browser } from "../../support/browser.ts";

export interface Started {
  cognito: LocalCognito;
  browser: Browser;
  output: string;
  errors: string;
}

/** The path of one of the templates in `cases/`. */
export function caseFile(name: string): string {
  return new URL(`../cases/${name}`, import.meta.url).pathname;
}

/** Starts the command with these words in a folder of its own; throws with what it says where it does not start. */
export async function startCommand(
  words: string[],
  env: Record<string, string> = {},
): Promise<Started> {
  const dataDirectory = await temporaryDirectory();
  await copyNewPool(dataDirectory);
  const said = { output: "", errors: "" };
  const all = ["--port", "0", "--data-directory", dataDirectory, ...words];
  const cognito = await localCognitoCommand(all, env, {
    output: { write: (text) => (said.output += text) },
    errors: { write: (text) => (said.errors += text) },
  });
  if (typeof cognito === "number") throw new Error(said.errors);
  onTestFinished(() => cognito.close());
  for (const { clientSecret } of cognito.clients) {
    if (clientSecret) noteSecret("the client secret", clientSecret);
  }
  return { cognito, browser: new Browser(cognito.origin), ...said };
}
