import { parseArgs } from "node:util";
import type { Terminal } from "./terminal.ts";

/** What is to be set up, and where. */
export interface Order {
  region: string;
  stackName: string;
  /** Left out: as the stack has it, or as the person says. */
  appUrl: string | undefined;
  /** Further parameters of the template, by name. */
  parameters: Record<string, string>;
  isToDelete: boolean;
  /** Answers every question but the one before a deletion. */
  saysYes: boolean;
}

export const usage = `Usage (npx setup where the package is installed):
  npm run setup                                    asks for what it needs to know
  npm run setup -- --region eu-west-1 --stack-name sign-in --app-url https://app.example.com
  npm run setup -- --parameter Mfa=ON              any parameter of src/user-pool/template.yaml; repeat as needed
  npm run setup -- --yes                           asks nothing
  npm run setup -- --delete                        takes it down, users and all, after asking for its name

It uses the AWS credentials that you have: AWS_PROFILE, aws configure, aws sso login.`;

/** Thrown where the words make no order; the message is for the person. */
export class MisunderstoodError extends Error {
  override name = "MisunderstoodError";
}

const options = {
  region: { type: "string" },
  "stack-name": { type: "string" },
  "app-url": { type: "string" },
  parameter: { type: "string", multiple: true, default: [] as string[] },
  yes: { type: "boolean", default: false },
  delete: { type: "boolean", default: false },
} as const;

/** Reads the flags and asks for the rest; throws a MisunderstoodError. */
export async function readOrder(
  words: string[],
  terminal: Terminal,
  env: Record<string, string | undefined>,
): Promise<Order> {
  const { region, yes, parameter, delete: isToDelete, ...flags } = readFlags(words);
  const asks = terminal.isForPeople && !yes;
  const decide = async (question: string, given: string | undefined, fallback: string) =>
    given ?? (asks ? await terminal.ask(question, fallback) : fallback);
  const order = {
    region: await decide("AWS region?", region, env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? ""),
    stackName: await decide("Name of the CloudFormation stack?", flags["stack-name"], "sign-in"),
    appUrl: flags["app-url"],
    parameters: Object.fromEntries(parameter.map(readParameter)),
    isToDelete,
    saysYes: yes,
  };
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(order.region)) {
    throw new MisunderstoodError("Which AWS region? Give one such as --region eu-west-1.");
  }
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(order.stackName)) {
    throw new MisunderstoodError(
      "A stack's name has letters, digits and hyphens, and begins with a letter.",
    );
  }
  return order;
}

function readFlags(words: string[]) {
  try {
    return parseArgs({ args: words, options }).values;
  } catch (error) {
    throw new MisunderstoodError((error as Error).message);
  }
}

function readParameter(word: string): [name: string, value: string] {
  const equals = word.indexOf("=");
  if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)];
  throw new MisunderstoodError(`--parameter wants NAME=VALUE, and not ${word}.`);
}
