import {
  type EventVersion,
  type TriggerName,
  type TriggerSettings,
  triggerNames,
} from "../../pool/trigger-settings.ts";
import type { Findings } from "../findings.ts";
import {
  type FunctionReference,
  findFunction,
  mayBeCalled,
  nameIn,
} from "../functions/find-function.ts";
import { functionSettings } from "../functions/function-settings.ts";
import { functionsOfEvents } from "../functions/sam-events.ts";
import type { OpenTemplate } from "../language/open-scope.ts";
import type { Resource } from "../resources/read-resources.ts";

type UserPool = Resource<"AWS::Cognito::UserPool">;

/** Which functions the pool calls: those of its LambdaConfig, and those whose events in a SAM template name the pool. */
export function triggerSettings(
  { name, path, properties: { LambdaConfig = {} }, findings }: UserPool,
  templates: OpenTemplate[],
): TriggerSettings[] {
  const { PreTokenGenerationConfig: config, PreTokenGeneration: older } = LambdaConfig;
  const newer = config?.LambdaArn;
  if (older && newer && nameIn(older) !== nameIn(newer)) {
    findings.problem(
      `${path}.LambdaConfig.PreTokenGeneration`,
      "must be the same function as that of PreTokenGenerationConfig.",
    );
  }
  const version = config?.LambdaVersion?.replace("_0", "") as EventVersion | undefined;
  const references: Partial<Record<TriggerName, FunctionReference | undefined>> = {
    ...LambdaConfig,
    PreTokenGeneration: newer ?? older,
  };
  const inConfig = triggerNames.flatMap((trigger) => {
    const reference = references[trigger];
    if (reference === undefined) return [];
    const ofTokens = trigger === "PreTokenGeneration" && newer && version;
    const settings = settingsOf(reference, templates, findings);
    return [{ trigger, ...(ofTokens && { version }), ...settings }];
  });
  const ofEvents = functionsOfEvents(name, templates, findings);
  const inEvents = ofEvents.flatMap(({ trigger, event, ...found }) => {
    const first = ofEvents.find((other) => other.trigger === trigger);
    if (references[trigger] !== undefined) {
      findings.problem(event, `${trigger} has a function in the pool's LambdaConfig already.`);
    } else if (first && first.event !== event) {
      findings.problem(event, `${trigger} has a function already, by ${first.event}.`);
    } else return [{ trigger, functionName: found.name, ...functionSettings(found, findings) }];
    return [];
  });
  return [...inConfig, ...inEvents];
}

function settingsOf(
  reference: FunctionReference,
  templates: OpenTemplate[],
  findings: Findings,
): Omit<TriggerSettings, "trigger"> {
  const found = findFunction(reference, templates);
  if (found) {
    if (!mayBeCalled(found)) {
      findings.warn(
        `Resources.${found.name}`,
        "has no AWS::Lambda::Permission here for cognito-idp.amazonaws.com: at AWS the pool may not call it, and here it does.",
      );
    }
    return { functionName: found.name, ...functionSettings(found, findings) };
  }
  return { functionName: nameIn(reference), code: "The template does not have it." };
}
