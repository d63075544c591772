import { type TriggerSettings, triggerNames } from "../../pool/trigger-settings.ts";
import { triggerOf } from "./trigger-names.ts";

/** A trigger of the template; the sentence says why its function does not run here. */
export type CheckedTrigger = Pick<TriggerSettings, "trigger" | "functionName"> & {
  whyNot?: string;
};

/**
 * Says, a sentence each, which triggers of the template have no function here, and which functions are never called or
 * would not be at AWS. Throws where a module is for no trigger, or has two functions for one.
 */
export function checkTriggers(
  functionNames: string[],
  ofTemplate: CheckedTrigger[],
  module: string | undefined,
): string[] {
  const named = functionNames.filter((name) => triggerOf(name));
  const given = named.map((name) => triggerOf(name)?.trigger);
  if (module !== undefined && named.length === 0) throw noTriggerIn(module);
  const doubled = given.find((trigger, index) => given.indexOf(trigger) !== index);
  if (doubled) throw new Error(`There are two functions for ${doubled}; a pool calls one.`);
  const inTemplate = ofTemplate.map(({ trigger }) => trigger);
  return [
    ...ofTemplate.filter(({ trigger }) => !given.includes(trigger)).flatMap(missing),
    ...given
      .filter((trigger) => trigger && ofTemplate.length > 0 && !inTemplate.includes(trigger))
      .map(
        (trigger) =>
          `${trigger} is not in the template's LambdaConfig: it runs here, and not at AWS.`,
      ),
    ...functionNames.filter((name) => !triggerOf(name)).map((name) => neverCalled(name)),
  ];
}

function noTriggerIn(module: string): Error {
  return new Error(
    `${module} exports no function for a trigger.\n` +
      `Name one after each that your pool has: ${triggerNames.join(", ")}.`,
  );
}

function missing({ trigger, functionName, whyNot }: CheckedTrigger): string[] {
  if (whyNot === undefined) return [];
  const sentence = `${trigger}: there is no local function ${functionName}, so nothing is called.`;
  return [`${sentence} ${whyNot} Name one with --triggers.`];
}

function neverCalled(name: string): string {
  return `${name} is called by nothing here: the triggers are ${triggerNames.join(", ")}.`;
}
