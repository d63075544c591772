import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { TriggerName } from "../pool/trigger-settings.ts";
import { invocationFailed, unrecognizable, validationFailed } from "./answers.ts";
import type { FoundFunction, FoundFunctions } from "./functions/found-functions.ts";
import type { Invoked } from "./lambda/instance.ts";
import type { InvocationFacts } from "./lambda/invocation.ts";
import type { EventParts, TriggerAnswer, TriggerCall, Triggers } from "./trigger-call.ts";
import { note } from "./trigger-notes.ts";

const mostTries = 3;

export interface PoolOfTriggers {
  functions: FoundFunctions;
  userPoolId: string;
  accountId: string;
  /** Milliseconds for each try. */
  timeLimitMs: number;
  /** Told what the developer of a function has to see. */
  warn: (text: string) => void;
}

/** Calls the functions of a pool as Cognito does: five seconds for each of three tries, and its errors for what fails. */
export class PoolTriggers implements Triggers {
  readonly #pool: PoolOfTriggers;

  constructor(pool: PoolOfTriggers) {
    this.#pool = pool;
  }

  async has(trigger: TriggerName): Promise<boolean> {
    return typeof (await this.#pool.functions.find(trigger)) === "object";
  }

  async run(call: TriggerCall): Promise<TriggerAnswer | undefined> {
    const { trigger, source } = call;
    const found = await this.#pool.functions.find(trigger);
    if (typeof found === "string") note(`${source} would have been called here. ${found}`);
    if (typeof found !== "object") return undefined;
    const parts = call.parts(found.version);
    if (!parts) return undefined;
    const invoked = await this.#tryThrice(found, call, parts);
    const response = this.#responseIn(invoked, call, found);
    note(`${source} was called.`);
    return { version: found.version, response };
  }

  async #tryThrice(found: FoundFunction, call: TriggerCall, parts: EventParts): Promise<Invoked> {
    const { timeLimitMs } = this.#pool;
    const event = this.#event(found, call, parts);
    let invoked: Invoked = "timed out";
    for (let tries = 0; tries < mostTries && invoked === "timed out"; tries += 1) {
      try {
        invoked = await found.invoke(event, this.#facts(found), timeLimitMs);
      } catch (error) {
        throw this.#told(
          call,
          found.from,
          invocationFailed(call.trigger, "ServiceException", String(error)),
        );
      }
    }
    return invoked;
  }

  #responseIn(invoked: Invoked, call: TriggerCall, { from }: FoundFunction): object {
    const { trigger } = call;
    if (invoked === "timed out") {
      const error = "Socket timeout while invoking Lambda function";
      const seconds = this.#pool.timeLimitMs / 1000;
      const reason = `${trigger} did not answer within ${seconds} seconds, three times.`;
      throw this.#told(call, from, invocationFailed(trigger, error, reason));
    }
    if (invoked.error) {
      const { stack } = invoked.error;
      throw this.#told(call, from, validationFailed(trigger, invoked.error), stack);
    }
    const answer = eventShape.safeParse(invoked.answer);
    if (answer.success) return answer.data.response;
    const reason = invoked.hint ?? "The answer is not the event with its response.";
    throw this.#told(call, from, unrecognizable(trigger, reason));
  }

  /** Visitors and programs are told little; who wrote the function reads the rest where the pool was started. */
  #told<E extends Error & { reason?: string }>(
    { source }: TriggerCall,
    from: string | undefined,
    error: E,
    stack = "",
  ): E {
    note(`${source} was called.`);
    if (from !== undefined)
      this.#pool.warn(`${source} (${from}): ${error.reason}\n${stack}`.trim());
    return error;
  }

  #event({ version }: FoundFunction, call: TriggerCall, parts: EventParts): object {
    const { userPoolId } = this.#pool;
    const { source, userName, client, caller } = call;
    return {
      version: version.slice(1),
      triggerSource: source,
      region: userPoolId.split("_")[0],
      userPoolId,
      userName,
      callerContext: {
        awsSdkVersion: sdkIn(caller?.userAgent),
        clientId: client?.clientId ?? "CLIENT_ID_NOT_APPLICABLE",
      },
      ...parts,
    };
  }

  #facts({ functionName }: FoundFunction): InvocationFacts {
    const { userPoolId, accountId, timeLimitMs } = this.#pool;
    const region = userPoolId.split("_")[0];
    return {
      requestId: randomUUID(),
      functionName,
      functionArn: `arn:aws:lambda:${region}:${accountId}:function:${functionName}`,
      deadline: Date.now() + timeLimitMs,
    };
  }
}

const eventShape = z.object({ response: z.record(z.string(), z.unknown()) });

/** `aws-sdk-js/3.700.0 ua/2.1 …` is told as `aws-sdk-js-3.700.0`. */
function sdkIn(userAgent = ""): string {
  const [, name, version] = /\b(aws-sdk-[a-z-]+|aws-cli|Boto3)\/([\d.]+)/.exec(userAgent) ?? [];
  return name ? `${name}-${version}` : "aws-sdk-unknown-unknown";
}
