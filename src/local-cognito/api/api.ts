import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";
import type { Pool } from "../pool.ts";
import type { Site } from "../site.ts";
import { logCall, type Outcome } from "./call-log.ts";
import { asException } from "./exceptions.ts";
import { checkInput } from "./model/check-input.ts";
import { publicOperations } from "./model/model.ts";
import { operations } from "./operations.ts";
import { answerException, answerOutput } from "./protocol/answer.ts";
import { readBody } from "./protocol/body.ts";
import { answerPreflight } from "./protocol/cors.ts";
import { assertAdministrator, assertOwnHost } from "./protocol/guard.ts";
import { notSimulated, operationNameOf } from "./protocol/operation-name.ts";

/** Serves the JSON API of user pools: AWS JSON 1.1, one operation a request. */
export function createApi(pool: Pool, site: Site): RequestListener {
  return async (req, res) => {
    if (req.method === "OPTIONS") {
      answerPreflight(req, res);
      return;
    }
    const call = { at: pool.now(), requestId: randomUUID(), path: req.url ?? "/" };
    const outcome = await perform(pool, site, req);
    if (outcome.exception) answerException(res, call.requestId, outcome.exception);
    else answerOutput(res, call.requestId, outcome.output);
    logCall(pool, call, outcome);
  };
}

async function perform(pool: Pool, site: Site, req: IncomingMessage): Promise<Outcome> {
  const outcome: Outcome = {};
  try {
    const name = operationNameOf(req);
    outcome.operation = name;
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw notSimulated(name);
    assertOwnHost(req, site.origin);
    if (!publicOperations.includes(name)) assertAdministrator(req, name);
    const input = checkInput(name, await readBody(req));
    outcome.clientId = (input as { ClientId?: unknown }).ClientId;
    const userAgent = req.headers["user-agent"] ?? "";
    outcome.output = await operation({ pool, issuer: site.issuer, userAgent }, input as never);
  } catch (error) {
    outcome.exception = asException(error);
    if (outcome.exception.status === 500) site.report(error);
  }
  return outcome;
}
