import { readFile } from "node:fs/promises";
import type { Stack } from "@aws-sdk/client-cloudformation";
import { templatePath } from "../user-pool/template-path.ts";
import { keepSettings } from "./app-settings.ts";
import { type Aws, openAws } from "./aws.ts";
import { readDotenv } from "./dotenv-file.ts";
import { explainFailure } from "./explain-failure.ts";
import { MisunderstoodError, type Order, readOrder } from "./orders.ts";
import { describeChange, describeEvent } from "./progress.ts";
import { openStack, type Proposal, parameterOf, StackFailedError } from "./stack.ts";
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
    const { settings } = await readDotenv(dotenvPath);
    const standing = await bringUp(order, stack, terminal, settings);
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
  settings: Record<string, string>,
): Promise<Stack | undefined> {
  if (!order.saysYes && !terminal.isForPeople) throw nobodyToAsk;
  const existing = await standing(stack, terminal);
  const appUrl =
    order.appUrl ?? parameterOf(existing, "AppUrl") ?? (await askAppUrl(order, terminal, settings));
  const template = await readFile(templatePath, "utf8");
  const isFresh = existing?.StackStatus === "CREATE_COMPLETE";
  const parameters = { AppUrl: appUrl, ...(isFresh && isProtected), ...order.parameters };
  const proposal = await stack.propose(
    template,
    existing ? parameters : { ...parameters, ...unprotected },
    existing,
  );
  if (!proposal) {
    terminal.say(`The stack ${order.stackName} is as it should be already.`);
    return existing;
  }
  terminal.say(existing ? "This would change:" : "This will be made:");
  for (const change of proposal.changes) terminal.say(describeChange(change));
  if (await agrees(order, terminal, proposal)) {
    const made = await stack.make(proposal);
    return existing ? made : await protect(order, stack, made, terminal);
  }
  await stack.discard(proposal);
  terminal.say("Nothing was changed.");
  return undefined;
}

/**
 * A pool that is protected while the rest is made could not be taken back where something of it fails. It is protected
 * once everything stands, by this run or, where that is interrupted, by the next.
 */
const unprotected = { DeletionProtection: "INACTIVE" };
const isProtected = { DeletionProtection: "ACTIVE" };

async function protect(
  { parameters }: Order,
  stack: OpenStack,
  made: Stack,
  terminal: Terminal,
): Promise<Stack> {
  const { DeletionProtection } = { ...isProtected, ...parameters };
  const proposal = await stack.propose(undefined, { DeletionProtection }, made);
  if (!proposal) return made;
  terminal.say("Everything stands. Now the pool is protected from deletion:");
  return await stack.make(proposal);
}

async function askAppUrl(
  { saysYes }: Order,
  terminal: Terminal,
  { APP_URL, PORT = "3000" }: Record<string, string>,
): Promise<string> {
  const usual = APP_URL ?? `http://localhost:${PORT}`;
  return saysYes ? usual : await terminal.ask("Address of the app?", usual);
}

/** What stands now; what an earlier run left half-way is followed to its end first. */
async function standing(stack: OpenStack, terminal: Terminal): Promise<Stack | undefined> {
  const found = await stack.find();
  const status = found?.StackStatus ?? "";
  // A change set that was proposed and never made leaves an empty stack behind.
  if (!found || status === "REVIEW_IN_PROGRESS") return undefined;
  if (cannotChange.includes(status)) throw new StackFailedError(status, []);
  if (!status.endsWith("_IN_PROGRESS")) return found;
  terminal.say("AWS is at work on this stack already; waiting for it.");
  if (status !== "DELETE_IN_PROGRESS") return await stack.resume();
  await stack.untilGone(found);
  return undefined;
}

const cannotChange = [
  "ROLLBACK_COMPLETE",
  "ROLLBACK_FAILED",
  "CREATE_FAILED",
  "DELETE_FAILED",
  "UPDATE_ROLLBACK_FAILED",
];

async function agrees(
  { saysYes }: Order,
  terminal: Terminal,
  { changes }: Proposal,
): Promise<boolean> {
  if (saysYes) return true;
  const isReplaced = changes.some(({ ResourceChange }) => ResourceChange?.Replacement === "True");
  const warning = isReplaced ? "What is replaced is made anew, without its users. " : "";
  return /^y(es)?$/i.test(await terminal.ask(`${warning}Go ahead? (yes/no)`, "no"));
}

const nobodyToAsk = new MisunderstoodError("Nobody can be asked here: say --yes to go ahead.");

async function takeDown(order: Order, stack: OpenStack, terminal: Terminal): Promise<0 | 1> {
  const found = await stack.find();
  if (!found) {
    terminal.say(`There is no stack ${order.stackName} in ${order.region}.`);
    return 1;
  }
  if (!terminal.isForPeople) {
    throw new MisunderstoodError("Nobody can be asked here, and a deletion has to be.");
  }
  terminal.say(
    `This deletes the stack ${order.stackName} in ${order.region}, and every user of its pool, for good.`,
  );
  if ((await terminal.ask("Type the name of the stack to go on:")) !== order.stackName) {
    terminal.say("That is not its name: nothing was deleted.");
    return 1;
  }
  await stack.remove(await unprotect(found, stack, terminal));
  terminal.say(`The stack ${order.stackName} is gone. The lines in .env are still there.`);
  return 0;
}

/** The pool refuses to be deleted while it is protected; a stack that cannot change any more is deleted as it is. */
async function unprotect(found: Stack, stack: OpenStack, terminal: Terminal): Promise<Stack> {
  const isAtWork = /^(CREATE|UPDATE).*_IN_PROGRESS$/.test(found.StackStatus ?? "");
  if (isAtWork) terminal.say("AWS is at work on this stack already; waiting for it.");
  const settled = isAtWork ? await stack.resume().catch(() => stack.find()) : found;
  const canChange = /^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(settled?.StackStatus ?? "");
  if (!settled || !canChange || parameterOf(settled, "DeletionProtection") === "INACTIVE") {
    return settled ?? found;
  }
  const proposal = await stack.propose(undefined, unprotected, settled);
  return proposal ? await stack.make(proposal) : settled;
}
