import { type EventVersion, type TriggerName, triggerNames } from "../../pool/trigger-settings.ts";

export interface NamedTrigger {
  trigger: TriggerName;
  /** Undefined where the name says nothing of it. */
  version?: EventVersion;
}

/**
 * The trigger that a function of this name is for: `PreSignUp` or `preSignUp`, and of the token event's versions
 * `preTokenGenerationV2`. Undefined for any other name.
 */
export function triggerOf(functionName: string): NamedTrigger | undefined {
  const name = functionName.charAt(0).toUpperCase() + functionName.slice(1);
  const [, base = name, version] = /^(PreTokenGeneration)(V[123])$/.exec(name) ?? [];
  const trigger = triggerNames.find((known) => known === base);
  return trigger && { trigger, ...(version && { version: version as EventVersion }) };
}
