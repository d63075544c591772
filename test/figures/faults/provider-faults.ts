import { setTimeout as wait } from "node:timers/promises";
import {
  answer,
  drip,
  endless,
  resetMidBody,
  silence,
  silenceAfterHeaders,
} from "../../support/faults.ts";
import type { TapMode } from "../../support/tcp-tap.ts";
import type { KindOfFault } from "./cell.ts";
import type { EndpointAnswer, ProviderWay } from "./provider-way.ts";
import type { Credentials } from "./tls-front.ts";

/** What the app grants one call to Cognito in these trials. */
export const deadlineMs = 1000;

/** One variant of a fault, begun and ended. */
export interface ProviderFault {
  begin(way: ProviderWay): void | Promise<void>;
  end(way: ProviderWay): void | Promise<void>;
  /** No sign-in can be right while it lasts. */
  mustFail: boolean;
}

/** Every kind of fault of an endpoint of the provider, with its variants by name. */
export function providerFaults(trap: string): Record<KindOfFault, Record<string, ProviderFault>> {
  return {
    refused: { "": wire("refuse") },
    DNS: {
      "": fault(
        (way) => way.resolves(false),
        (way) => way.resolves(true),
      ),
    },
    reset: { "as it connects": wire("reset"), "mid-body": answering(resetMidBody) },
    "black hole": { "": wire("black hole") },
    hang: {
      "before the headers": answering(silence),
      "after the headers": answering(silenceAfterHeaders),
    },
    slow: {
      "within the deadline": { ...answering(late(deadlineMs / 2)), mustFail: false },
      "past the deadline": answering(late(2 * deadlineMs)),
    },
    drip: { "": answering((res, good) => drip(JSON.stringify(good), 100)(res)) },
    "4xx": {
      401: answering(answer(401, { error: "invalid_client" })),
      403: answering(answer(403, "<h1>Forbidden</h1>")),
      404: answering(answer(404)),
      429: answering(answer(429, { error: "too_many" }, { "retry-after": "7" })),
    },
    "5xx": {
      500: answering(answer(500, { error: "internal" })),
      502: answering(answer(502, "<h1>Bad Gateway</h1>")),
      503: answering(answer(503, "", { "retry-after": "7" })),
      504: answering(answer(504)),
    },
    garbage: {
      "a page": answering(answer(200, "<h1>Welcome</h1>", { "content-type": "text/html" })),
      "half of it": answering((res, good) => answer(200, JSON.stringify(good).slice(0, -9))(res)),
      "an empty answer": answering(answer(200, {})),
      bytes: answering(answer(200, Buffer.from([0xff, 0, 0xfe]))),
    },
    huge: { "": answering(endless) },
    redirect: {
      302: answering(answer(302, "", { location: trap })),
      307: answering(answer(307, "", { location: trap })),
    },
    "bad TLS": {
      "self-signed": presenting("self-signed"),
      expired: presenting("expired"),
      "wrong host": presenting("wrong host"),
    },
    restart: {
      "": fault(
        (way) => way.goDown(),
        (way) => way.comeBack(),
      ),
    },
  };
}

/** The same at the JSON API, which has words of its own for too many tries. */
export function accountFaults(trap: string): Record<KindOfFault, Record<string, ProviderFault>> {
  const faults = providerFaults(trap);
  const limit = answering(answer(400, { __type: "LimitExceededException", message: "" }));
  return { ...faults, "4xx": { ...faults["4xx"], "limit exceeded": limit } };
}

function fault(begin: ProviderFault["begin"], end: ProviderFault["end"]): ProviderFault {
  return { begin, end, mustFail: true };
}

function wire(mode: TapMode): ProviderFault {
  return fault(
    (way) => way.wire(mode),
    (way) => way.wire("pass"),
  );
}

function answering(how: EndpointAnswer): ProviderFault {
  return fault(
    (way) => way.answers(how),
    (way) => way.answers(undefined),
  );
}

function presenting(credentials: Credentials): ProviderFault {
  return fault(
    (way) => way.presents(credentials),
    (way) => way.presents("good"),
  );
}

function late(ms: number): EndpointAnswer {
  return async (res, good) => {
    await wait(ms);
    await answer(200, good)(res);
  };
}
