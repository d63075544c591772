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

interface CognitoEvent {
  Type?: unknown;
  Properties?: { UserPool?: unknown; Trigger?: unknown };
}

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
      const events = Object.entries((definition.Properties?.Events ?? {}) as object);
      return events.flatMap(([id, event]) => {
        const path = `Resources.${name}.Properties.Events.${id}`;
        const triggers = triggersIn(event, path, pool, template, findings);
        return triggers.map((trigger) => ({ trigger, event: path, name, definition, template }));
      });
    }),
  );
}

function triggersIn(
  { Type, Properties }: CognitoEvent,
  path: string,
  pool: string,
  template: OpenTemplate,
  findings: Findings,
): TriggerName[] {
  if (Type !== "Cognito") return [];
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
