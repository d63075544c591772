import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";
import type { Pool } from "../pool.ts";
import type { Site } from "../site.ts";
import { noteTriggers } from "../triggers/trigger-notes.ts";
import { AuthSessions } from "./authentication/auth-sessions.ts";
import { logCall, type Outcome } from "./call-log.ts";
import { callerIn } from "./caller.ts";
import type { Context } from "./context.ts";
import { asException } from "./exceptions.ts";
import { checkInput } from "./model/check-input.ts";
import { publicOperations } from "./model/model.ts";
import { operations } from "./operations.ts";
import { answerException, answerOutput } from "./protocol/answer.ts";
import { readBody } from "./protocol/body.ts";
import { answerPreflight } from "./protocol/cors.ts";
import { assertAdministrator, assertOwnHost } from "./protocol/guard.ts";
import { notSimulated, operationNameOf } from "./protocol/operation-name.ts";
import { unusedMembersIn } from "./unused-members.ts";

/** Serves the JSON API of user pools: AWS JSON 1.1, one operation a request. */
export function createApi(pool: Pool, site: Site): RequestListener {
  const { issuer } = site;
  const shared = { pool, accounts: pool, issuer, sessions: new AuthSessions(pool) };
  return async (req, res) => {
    if (req.method === "OPTIONS") {
      answerPreflight(req, res);
      return;
    }
    const call = { at: pool.now(), requestId: randomUUID(), path: req.url ?? "/" };
    const triggers: string[] = [];
    const outcome = await noteTriggers(triggers, () => perform(shared, site, req));
    outcome.triggers = triggers;
    if (outcome.exception) answerException(res, call.requestId, outcome.exception);
    else answerOutput(res, call.requestId, outcome.output);
    logCall(pool, call, outcome);
  };
}

async function perform(
  shared: Omit<Context, "userAgent" | "caller" | "remarks">,
  site: Site,
  req: IncomingMessage,
): Promise<Outcome> {
  const outcome: Outcome = { remarks: [] };
  try {
    const name = operationNameOf(req);
    outcome.operation = name;
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw notSimulated(name);
    assertOwnHost(req, site.origin);
    if (!publicOperations.includes(name)) assertAdministrator(req, name);
    const input = checkInput(name, await readBody(req));
    outcome.clientId = (input as { ClientId?: unknown }).ClientId;
    outcome.remarks.push(...unusedMembersIn(input as Record<string, unknown>));
    const userAgent = req.headers["user-agent"] ?? "";
    const caller = callerIn(name, input, userAgent);
    const context = { ...shared, userAgent, caller, remarks: outcome.remarks };
    outcome.output = await operation(context, input as never);
  } catch (error) {
    outcome.exception = asException(error);
    if (outcome.exception.status === 500) site.report(error);
  }
  return outcome;
}
