import type { RequestListener } from "node:http";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Measurements } from "./measurements.ts";

export interface Metrics {
  measurements: Measurements;
  /** Answers `GET /metrics` in the Prometheus text format, and nothing else. */
  handler: RequestListener;
}

/** Undefined where the store cannot tell cheaply. */
type CountSessions = () => Promise<number | undefined>;

const commonMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/**
 * The metrics of this process. `countSessions` is asked at each scrape for the live sessions of the store; while it
 * rejects, the gauge is left out.
 */
export function createMetrics(countSessions?: CountSessions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  if (countSessions) addSessions(registry, countSessions);

  const requests = new Counter({
    name: "http_requests_total",
    help: "Requests by method, route and status; 499 where the visitor left first.",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const requestSeconds = new Histogram({
    name: "http_request_duration_seconds",
    help: "From the request's headers to the end of its answer.",
    labelNames: ["route"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const signIns = new Counter({
    name: "sign_ins_total",
    help: "Sign-ins that ended: signed_in, or the code of the error that refused them.",
    labelNames: ["outcome"],
    registers,
  });
  const renewals = new Counter({
    name: "session_renewals_total",
    help: "Sessions that Cognito was asked to renew.",
    labelNames: ["outcome"],
    registers,
  });
  const signOuts = new Counter({
    name: "sign_outs_total",
    help: "Sessions that their visitors ended by signing out.",
    registers,
  });
  const callSeconds = new Histogram({
    name: "cognito_request_duration_seconds",
    help: "Calls to Cognito; no_answer where none came whole and in time.",
    labelNames: ["endpoint", "outcome"],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });

  return {
    measurements: {
      request({ method, route, status, seconds }) {
        requests.inc({ method: commonMethods.includes(method) ? method : "other", route, status });
        requestSeconds.observe({ route }, seconds);
      },
      signInEvent(event) {
        switch (event.type) {
          case "sign-in":
            return signIns.inc({ outcome: event.outcome });
          case "sign-out":
            return signOuts.inc();
          case "renewal":
            return renewals.inc({ outcome: event.outcome });
          case "cognito-call": {
            const { endpoint, outcome, seconds } = event;
            return callSeconds.observe({ endpoint, outcome }, seconds);
          }
        }
      },
    },
    handler: serve(registry),
  };
}

function addSessions(registry: Registry, countSessions: CountSessions): void {
  new Gauge({
    name: "sessions",
    help: "Live sessions in the store that this process shares with others, counted once a minute.",
    registers: [registry],
    async collect() {
      try {
        const count = await countSessions();
        if (count === undefined) this.remove();
        else this.set(count);
      } catch {
        this.remove();
      }
    },
  });
}

function serve(registry: Registry): RequestListener {
  return (req, res) => {
    const [path] = (req.url ?? "").split("?");
    if (path !== "/metrics") return void res.writeHead(404).end();
    if (req.method !== "GET") return void res.writeHead(405, { Allow: "GET" }).end();
    registry.metrics().then(
      (text) => res.writeHead(200, { "Content-Type": registry.contentType }).end(text),
      () => res.writeHead(500).end(),
    );
  };
}
