import type { Change, StackEvent } from "@aws-sdk/client-cloudformation";

/** One line for what would happen to one resource. */
export function describeChange({ ResourceChange: change }: Change): string {
  const { Action = "", LogicalResourceId = "", ResourceType = "", Replacement = "" } = change ?? {};
  const fate = Replacement === "True" ? "Replace" : Action;
  const properties = (change?.Details ?? []).flatMap(({ Target }) => Target?.Name ?? []);
  const what = [...new Set(properties)].join(", ");
  return `  ${fate.padEnd(8)} ${LogicalResourceId} (${ResourceType})${what ? `: ${what}` : ""}`;
}

/** One line for what has happened to one resource, with AWS's reason where there is one. */
export function describeEvent(event: StackEvent): string {
  const { LogicalResourceId = "", ResourceStatusReason } = event;
  const status = String(event.ResourceStatus).toLowerCase().replaceAll("_", " ");
  const reason = ResourceStatusReason ? `: ${ResourceStatusReason}` : "";
  return `  ${status}  ${LogicalResourceId}${reason}`;
}
