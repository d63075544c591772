import { triggerNames } from "../../../../src/local-cognito/pool/trigger-settings.ts";
import type { TriggerFunctions } from "../../../../src/local-cognito/triggers/events.ts";

export interface AnyEvent {
  version: string;
  triggerSource: string;
  region: string;
  userPoolId: string;
  userName: string;
  callerContext: { awsSdkVersion: string; clientId: string };
  // biome-ignore lint/suspicious/noExplicitAny: each trigger has its own shape.
  request: Record<string, any>;
  // biome-ignore lint/suspicious/noExplicitAny: each trigger has its own shape.
  response: Record<string, any>;
}

type AnyFunction = (event: AnyEvent) => unknown;

/** A function for every trigger, which notes its event and answers as the test says, or with the event as it came. */
export function recordTriggers(own: Record<string, AnyFunction> = {}) {
  const events: AnyEvent[] = [];
  const noting =
    (answer: AnyFunction = (event) => event): AnyFunction =>
    async (event) => {
      events.push(structuredClone(event));
      return answer(event);
    };
  const names = triggerNames.filter(
    (name) => !Object.keys(own).some((own) => own.startsWith(name)),
  );
  const all = [...names.map((name) => [name, noting()]), ...entries(own, noting)];
  const triggers = Object.fromEntries(all) as TriggerFunctions;
  const take = () => events.splice(0);
  return { triggers, events, take, sources: () => take().map((event) => event.triggerSource) };
}

function entries(own: Record<string, AnyFunction>, noting: (fn: AnyFunction) => AnyFunction) {
  return Object.entries(own).map(([name, fn]) => [name, noting(fn)] as const);
}

/** Answers with these members of the response. */
export function answering(response: object): AnyFunction {
  return (event) => ({ ...event, response: { ...event.response, ...response } });
}

export function refusing(message: string): AnyFunction {
  return () => {
    throw new Error(message);
  };
}
