import { randomBytes } from "node:crypto";
import type { Stack } from "@aws-sdk/client-cloudformation";
import type { Aws } from "./aws.ts";
import { readDotenv, writeDotenv } from "./dotenv-file.ts";
import type { Order } from "./orders.ts";
import { parameterOf } from "./stack.ts";
import type { Terminal } from "./terminal.ts";

interface Keeping {
  aws: Aws;
  order: Order;
  terminal: Terminal;
  dotenvPath: string;
}

/** Reads back what the app needs to know of the pool, and writes it into `.env` once the person agrees. */
export async function keepSettings(
  stack: Stack,
  { aws, order, terminal, dotenvPath }: Keeping,
): Promise<void> {
  const found = await readDotenv(dotenvPath);
  const settings = {
    ...(await settingsOf(stack, aws)),
    ...ownSettings(parameterOf(stack, "AppUrl") ?? "http://localhost:3000", found.settings),
  };
  const changed = Object.entries(settings).filter(
    ([name, value]) => found.settings[name] !== value,
  );
  if (changed.length === 0) {
    terminal.say(`${dotenvPath} has all of it already.`);
  } else if (
    await agrees(
      changed.map(([name]) => name),
      found.text !== "",
      { order, terminal, dotenvPath },
    )
  ) {
    await writeDotenv(dotenvPath, Object.fromEntries(changed));
    terminal.say(`Written to ${dotenvPath}: ${changed.map(([name]) => name).join(", ")}.`);
  } else {
    terminal.say(`${dotenvPath} was left as it is. Run this again to have it written.`);
  }
  terminal.say("\nNow: npm run doctor, and then npm start.");
}

async function settingsOf({ Outputs = [] }: Stack, aws: Aws): Promise<Record<string, string>> {
  const output = (name: string) =>
    given(name, Outputs.find(({ OutputKey }) => OutputKey === name)?.OutputValue);
  const [userPoolId, clientId] = [output("UserPoolId"), output("ClientId")];
  return {
    COGNITO_DOMAIN: output("CognitoDomain"),
    COGNITO_USER_POOL_ID: userPoolId,
    CLIENT_ID: clientId,
    CLIENT_SECRET: given("client secret", await aws.clientSecretOf(userPoolId, clientId)),
  };
}

function given(name: string, value: string | undefined): string {
  if (value) return value;
  throw new Error(`the stack does not tell its ${name}`);
}

/** Where the app is and listens, and the secret that it needs on a public site. */
function ownSettings(appUrl: string, found: Record<string, string>): Record<string, string> {
  const { protocol, port } = new URL(appUrl);
  const isPublic = protocol === "https:";
  const listensOn = isPublic ? undefined : port || "80";
  const usual = `http://localhost:${listensOn}`;
  return {
    ...((appUrl !== usual || found.APP_URL) && { APP_URL: appUrl }),
    ...(listensOn && listensOn !== (found.PORT ?? "3000") && { PORT: listensOn }),
    ...(isPublic && !found.SESSION_SECRET && { SESSION_SECRET: randomBytes(32).toString("hex") }),
    // What the account page needs; the client of the template allows it.
    ...(!found.SCOPES && { SCOPES: "email openid phone aws.cognito.signin.user.admin" }),
  };
}

async function agrees(
  names: string[],
  isThere: boolean,
  { order, terminal, dotenvPath }: Omit<Keeping, "aws">,
): Promise<boolean> {
  if (order.saysYes) return true;
  const question = isThere
    ? `Write ${names.join(", ")} into ${dotenvPath}, and keep the rest of it? (yes/no)`
    : `Make ${dotenvPath} with ${names.join(", ")}? (yes/no)`;
  return /^y(es)?$/i.test(await terminal.ask(question, "yes"));
}
