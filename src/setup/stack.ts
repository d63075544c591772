import { setTimeout as wait } from "node:timers/promises";
import type { Change, Stack, StackEvent } from "@aws-sdk/client-cloudformation";
import { parseDocument } from "../local-cognito/template/language/document.ts";
import { asTemplate } from "../local-cognito/template/language/sections.ts";
import type { Aws } from "./aws.ts";

/** Thrown where AWS did not do what it was asked to; `reasons` are its own words, the first one first. */
export class StackFailedError extends Error {
  override name = "StackFailedError";
  readonly status: string;
  readonly reasons: string[];

  constructor(status: string, reasons: string[]) {
    super(`the stack ended as ${status}`);
    this.status = status;
    this.reasons = reasons;
  }
}

/** A change that AWS has prepared and not made. */
export interface Proposal {
  id: string;
  changes: Change[];
}

export interface StackOptions {
  /** Milliseconds between two questions; AWS limits how often may be asked. */
  pollMs: number;
  /** Told of each event of a resource, once. */
  onEvent(event: StackEvent): void;
}

/** One CloudFormation stack by its name. Rejects with the SDK's errors, or with a StackFailedError. */
export function openStack(
  { cloudFormation: sdk, client }: Aws,
  StackName: string,
  options: StackOptions,
) {
  const seen = new Set<string>();

  /** The stack, or undefined where there is none. */
  async function find(name = StackName): Promise<Stack | undefined> {
    try {
      const { Stacks = [] } = await client.send(new sdk.DescribeStacksCommand({ StackName: name }));
      return Stacks[0];
    } catch (error) {
      if (/does not exist/.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  /** What would change, by this template or the one that it has; undefined where nothing would. */
  async function propose(
    template: string | undefined,
    parameters: Record<string, string>,
    existing: Stack | undefined,
  ): Promise<Proposal | undefined> {
    const given = Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    }));
    const source =
      template === undefined ? { UsePreviousTemplate: true } : { TemplateBody: template };
    const { Id: id = "" } = await client.send(
      new sdk.CreateChangeSetCommand({
        StackName,
        ChangeSetName: `setup-${Date.now()}`,
        ChangeSetType: existing ? "UPDATE" : "CREATE",
        ...source,
        Parameters: [...given, ...(await keptParameters(template, parameters, existing))],
      }),
    );
    for (;;) {
      const found = await client.send(
        new sdk.DescribeChangeSetCommand({ ChangeSetName: id, StackName }),
      );
      if (found.Status === "CREATE_COMPLETE") return { id, changes: found.Changes ?? [] };
      if (found.Status === "FAILED") {
        await client.send(new sdk.DeleteChangeSetCommand({ ChangeSetName: id, StackName }));
        const reason = found.StatusReason ?? "";
        if (/didn't contain changes|No updates are to be performed/.test(reason)) return undefined;
        throw new StackFailedError("CHANGE_REFUSED", [reason]);
      }
      await wait(options.pollMs);
    }
  }

  /** Makes a proposed change, and resolves to the stack once it stands. */
  async function make({ id }: Proposal): Promise<Stack> {
    await skipEvents();
    await client.send(new sdk.ExecuteChangeSetCommand({ ChangeSetName: id, StackName }));
    return await watch();
  }

  async function discard({ id }: Proposal): Promise<void> {
    await client.send(new sdk.DeleteChangeSetCommand({ ChangeSetName: id, StackName }));
  }

  /** Follows what an earlier run began to its end; what happened before that is no news. */
  async function resume(): Promise<Stack> {
    const events = await readEvents(StackName);
    const beginning = events.findIndex(
      ({ LogicalResourceId, ResourceStatus }) =>
        LogicalResourceId === StackName &&
        /^(CREATE|UPDATE)_IN_PROGRESS$/.test(ResourceStatus ?? ""),
    );
    for (const { EventId = "" } of events.slice(beginning)) seen.add(EventId);
    return await watch();
  }

  /** Follows what is under way to its end. */
  async function watch(): Promise<Stack> {
    const failures: string[] = [];
    for (;;) {
      const stack = await find();
      failures.push(...(await tellEvents()));
      const status = stack?.StackStatus ?? "";
      if (stack && /^(CREATE|UPDATE)_COMPLETE$/.test(status)) return stack;
      if (!/_IN_PROGRESS$/.test(status)) throw new StackFailedError(status || "gone", failures);
      await wait(options.pollMs);
    }
  }

  /** Deletes the stack and all that is in it; resolves once it is gone. */
  async function remove(stack: Stack): Promise<void> {
    await skipEvents();
    await client.send(new sdk.DeleteStackCommand({ StackName }));
    await untilGone(stack);
  }

  /** Follows a deletion that is under way. */
  async function untilGone(stack: Stack): Promise<void> {
    const failures: string[] = [];
    for (;;) {
      // By its id, since the name leads nowhere once it is gone.
      const { StackStatus: status = "DELETE_COMPLETE" } = (await find(stack.StackId)) ?? {};
      failures.push(...(await tellEvents(stack.StackId)));
      if (status === "DELETE_COMPLETE") return;
      if (status === "DELETE_FAILED") throw new StackFailedError(status, failures);
      await wait(options.pollMs);
    }
  }

  /** Tells what is new, oldest first, and returns why something failed. */
  async function tellEvents(name = StackName): Promise<string[]> {
    const news = (await readEvents(name)).filter(({ EventId = "" }) => !seen.has(EventId));
    for (const event of news.reverse()) {
      seen.add(event.EventId ?? "");
      options.onEvent(event);
    }
    return news.filter(isFailure).map(({ ResourceStatusReason = "" }) => ResourceStatusReason);
  }

  async function skipEvents(): Promise<void> {
    for (const { EventId = "" } of await readEvents(StackName)) seen.add(EventId);
  }

  async function readEvents(name: string): Promise<StackEvent[]> {
    const { StackEvents = [] } = await client.send(
      new sdk.DescribeStackEventsCommand({ StackName: name }),
    );
    return StackEvents;
  }

  return { find, propose, make, discard, resume, remove, untilGone };
}

/** Parameters that were not given stay as they are; AWS refuses one that the template has no longer. */
async function keptParameters(
  template: string | undefined,
  given: Record<string, string>,
  existing: Stack | undefined,
) {
  const names = (existing?.Parameters ?? []).flatMap(({ ParameterKey }) => ParameterKey ?? []);
  const known = template === undefined ? names : await parametersOf(template);
  return names
    .filter((name) => !(name in given) && known.includes(name))
    .map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true }));
}

async function parametersOf(template: string): Promise<string[]> {
  return Object.keys(asTemplate(await parseDocument(template)).Parameters);
}

/** What was cancelled failed because of something else. */
function isFailure({ ResourceStatus, ResourceStatusReason = "" }: StackEvent): boolean {
  return /_FAILED$/.test(ResourceStatus ?? "") && !/cancelled/i.test(ResourceStatusReason);
}

export function parameterOf(stack: Stack | undefined, name: string): string | undefined {
  return stack?.Parameters?.find(({ ParameterKey }) => ParameterKey === name)?.ParameterValue;
}
