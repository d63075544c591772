import { resolve } from "node:path";
import type { TriggerSettings } from "../pool/trigger-settings.ts";
import type { TriggerFunctions } from "./events.ts";
import { FoundFunctions } from "./functions/found-functions.ts";
import { functionEnvironment, type Surroundings } from "./functions/function-environment.ts";
import { PoolTriggers } from "./pool-triggers.ts";
import type { OpenTriggers } from "./trigger-call.ts";

/** What Cognito grants a function for each of its tries. */
const usualTimeLimitMs = 5_000;

export interface TriggerOptions {
  userPoolId: string;
  accountId: string;
  /** The path of a module with a function for each trigger, or such functions. */
  functions: string | TriggerFunctions | undefined;
  ofTemplate: TriggerSettings[];
  timeLimitMs?: number | undefined;
  program?: string | undefined;
  warn: (text: string) => void;
}

export function openTriggers(options: TriggerOptions): OpenTriggers {
  const { userPoolId, accountId, ofTemplate, warn, timeLimitMs = usualTimeLimitMs } = options;
  const surroundings: Surroundings = { region: userPoolId.split("_")[0] ?? "", origin: undefined };
  const functions = new FoundFunctions({
    functions:
      typeof options.functions === "string" ? resolve(options.functions) : options.functions,
    ofTemplate,
    environment: (own) => functionEnvironment(surroundings, own),
    program: options.program,
  });
  const triggers = new PoolTriggers({ functions, userPoolId, accountId, timeLimitMs, warn });
  return {
    has: (trigger) => triggers.has(trigger),
    run: (call) => triggers.run(call),
    async begin(origin) {
      surroundings.origin = origin;
      const { problems, running } = await functions.check();
      for (const sentence of problems) warn(sentence);
      return running;
    },
    close: () => functions.close(),
  };
}
