import { readFile } from "node:fs/promises";
import type { Stack } from "@aws-sdk/client-cloudformation";
import { templatePath } from "../user-pool/template-path.ts";
import { keepSettings } from "./app-settings.ts";
import { type Aws, openAws } from "./aws.ts";
import { explainFailure } from "./explain-failure.ts";
import { MisunderstoodError, type Order, readOrder } from "./orders.ts";
import { describeChange, describeEvent } from "./progress.ts";
import { openStack, type Proposal } from "./stack.ts";
import type { Terminal } from "./terminal.ts";

type OpenStack = ReturnType<typeof openStack>;

export interface SetupOptions {
  /** Where `.env` is, or will be. */
  dotenvPath?: string;
  pollMs?: number;
}

/** `npm run setup`: resolves to the exit code, which is 2 where it did not understand and 1 where it failed. */
export async function setupCommand(
  words: string[],
  terminal: Terminal,
  env: Record<string, string | undefined>,
  { dotenvPath = ".env", pollMs = 3_000 }: SetupOptions = {},
): Promise<0 | 1 | 2> {
  let order: Order | undefined;
  let aws: Aws | undefined;
  try {
    order = await readOrder(words, terminal, env);
    aws = await openAws(order.region);
    const stack = openStack(aws, order.stackName, {
      pollMs,
      onEvent: (event) => terminal.say(describeEvent(event)),
    });
    if (order.isToDelete) return await takeDown(order, stack, terminal);
    const standing = await bringUp(order, stack, terminal);
    if (standing) await keepSettings(standing, { aws, order, terminal, dotenvPath });
    return standing ? 0 : 1;
  } catch (error) {
    terminal.say(`\n${explainFailure(error, order)}`);
    return error instanceof MisunderstoodError ? 2 : 1;
  } finally {
    aws?.close();
  }
}

/** Makes or changes the stack; undefined where the person would rather not. */
async function bringUp(
  order: Order,
  stack: OpenStack,
  terminal: Terminal,
): Promise<Stack | undefined> {
  const existing = await standing(stack, terminal);
  const { appUrl, parameters } = order;
  const template = await readFile(templatePath, "utf8");
  const proposal = await stack.propose(template, { AppUrl: appUrl, ...parameters }, existing);
  if (!proposal) {
    terminal.say(`The stack ${order.stackName} is as it should be already.`);
    return existing;
  }
  terminal.say(existing ? "This would change:" : "This will be made:");
  for (const change of proposal.changes) terminal.say(describeChange(change));
  if (await agrees(order, terminal, proposal)) return await stack.make(proposal);
  await stack.discard(proposal);
  terminal.say("Nothing was changed.");
  return undefined;
}

/** What stands now; what an earlier run left half-way is followed to its end first. */
async function standing(stack: OpenStack, terminal: Terminal): Promise<Stack | undefined> {
  const found = await stack.find();
  // A change set that was proposed and never made leaves an empty stack behind.
  if (found?.StackStatus === "REVIEW_IN_PROGRESS") return undefined;
  if (!found?.StackStatus?.endsWith("_IN_PROGRESS")) return found;
  terminal.say("AWS is at work on this stack already; waiting for it.");
  return await stack.watch();
}

async function agrees(
  { saysYes }: Order,
  terminal: Terminal,
  { changes }: Proposal,
): Promise<boolean> {
  if (saysYes) return true;
  if (!terminal.isForPeople)
    throw new MisunderstoodError("Nobody can be asked here: say --yes to go ahead.");
  const isReplaced = changes.some(({ ResourceChange }) => ResourceChange?.Replacement === "True");
  const warning = isReplaced ? "What is replaced is made anew, without its users. " : "";
  return /^y(es)?$/i.test(await terminal.ask(`${warning}Go ahead? (yes/no)`, "no"));
}

async function takeDown(order: Order, stack: OpenStack, terminal: Terminal): Promise<0 | 1> {
  const found = await stack.find();
  if (!found) {
    terminal.say(`There is no stack ${order.stackName} in ${order.region}.`);
    return 1;
  }
  if (!terminal.isForPeople)
    throw new MisunderstoodError("Nobody can be asked here, and a deletion has to be.");
  terminal.say(
    `This deletes the stack ${order.stackName} in ${order.region}, and every user of its pool, for good.`,
  );
  if ((await terminal.ask("Type the name of the stack to go on:")) !== order.stackName) {
    terminal.say("That is not its name: nothing was deleted.");
    return 1;
  }
  await stack.remove(await unprotect(found, stack));
  terminal.say(`The stack ${order.stackName} is gone. The lines in .env are still there.`);
  return 0;
}

/** The pool refuses to be deleted while the template says so. */
async function unprotect(found: Stack, stack: OpenStack): Promise<Stack> {
  const isProtected = found.Parameters?.some(
    ({ ParameterKey, ParameterValue }) =>
      ParameterKey === "DeletionProtection" && ParameterValue === "ACTIVE",
  );
  if (!isProtected || found.StackStatus === "ROLLBACK_COMPLETE") return found;
  const template = await readFile(templatePath, "utf8");
  const proposal = await stack.propose(template, { DeletionProtection: "INACTIVE" }, found);
  return proposal ? await stack.make(proposal) : found;
}
