import { z } from "zod";
import { type TriggerName, triggerNames } from "../../pool/trigger-settings.ts";
import type { Findings } from "../findings.ts";
import type { OpenTemplate } from "../language/open-scope.ts";
import { StandIn } from "../language/stand-in.ts";
import { isLeftOut } from "../resources/read-resources.ts";
import type { FoundFunction } from "./find-function.ts";

export interface FunctionOfEvent extends FoundFunction {
  trigger: TriggerName;
  /** The path of the event. */
  event: string;
}

const events = z.record(z.string(), z.unknown()).optional();
const event = z.looseObject({
  Type: z.unknown().optional(),
  Properties: z
    .looseObject({ UserPool: z.unknown().optional(), Trigger: z.unknown().optional() })
    .nullish(),
});

/** The functions of SAM templates that name the pool in an event of type Cognito, once for each trigger. */
export function functionsOfEvents(
  pool: string,
  templates: OpenTemplate[],
  findings: Findings,
): FunctionOfEvent[] {
  return templates.flatMap((template) =>
    Object.entries(template.resources).flatMap(([name, definition]) => {
      const isServerless = definition.Type === "AWS::Serverless::Function";
      if (!isServerless || isLeftOut(name, definition, template)) return [];
      const at = `Resources.${name}.Properties.Events`;
      const given = events.safeParse(definition.Properties?.Events ?? undefined);
      if (!given.success) findings.problem(at, "must be a map.");
      return Object.entries(given.data ?? {}).flatMap(([id, value]) => {
        const path = `${at}.${id}`;
        const triggers = triggersIn(value, path, pool, template, findings);
        return triggers.map((trigger) => ({ trigger, event: path, name, definition, template }));
      });
    }),
  );
}

function triggersIn(
  value: unknown,
  path: string,
  pool: string,
  template: OpenTemplate,
  findings: Findings,
): TriggerName[] {
  const { data } = event.safeParse(value);
  if (!data) findings.problem(path, "must be a map with Type and Properties.");
  if (data?.Type !== "Cognito") return [];
  const { Properties } = data;
  const at = (name: string) => `${path}.Properties.${name}`;
  const named = template.resolve(Properties?.UserPool, at("UserPool"), findings);
  if (!(named instanceof StandIn) || named.wholeName !== pool) return [];
  const triggers = [template.resolve(Properties?.Trigger, at("Trigger"), findings)].flat();
  return triggers.flatMap((word) => {
    const trigger = triggerNames.find((known) => known === word);
    if (trigger) return [trigger];
    if (notSimulated.includes(String(word))) findings.notSimulated(`${at("Trigger")}: ${word}`);
    else findings.problem(at("Trigger"), `must be one of ${triggerNames.join(", ")}.`);
    return [];
  });
}

const notSimulated = ["CustomEmailSender", "CustomSMSSender", "InboundFederation"];
