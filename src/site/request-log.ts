import { randomUUID } from "node:crypto";
import type { Request, RequestHandler } from "express";
import type { Logger } from "pino";
import { isFromTrustedProxy } from "../sign-in/request/trusted-proxy.ts";
import type { Measurements } from "./measurements.ts";

declare global {
  namespace Express {
    interface Request {
      /** Names this request in the log and, as a reference, on error pages. */
      id: string;
    }
  }
}

/** One line a request, when it ends: never the query, the headers or the body, which carry codes and cookies. */
export function requestLog(log: Logger, measurements?: Measurements): RequestHandler {
  return (req, res, next) => {
    req.id = idOfProxy(req) ?? randomUUID();
    const startedAt = performance.now();
    const { method, path } = req;
    res.once("close", () => {
      const ms = performance.now() - startedAt;
      const status = res.writableFinished ? res.statusCode : 499;
      // Cut, since the sender chose it; Node lets nothing but printable ASCII through (IN-8).
      const entry = { requestId: req.id, method, path: path.slice(0, 200), status };
      log.info({ ...entry, ms: Math.round(ms) }, "request");
      measurements?.request({ method, route: routeOf(req), status, seconds: ms / 1000 });
    });
    next();
  };
}

/** The id that a trusted proxy gave the request, so that both logs name it alike; of a load balancer of AWS its trace. */
function idOfProxy(req: Request): string | undefined {
  const id = req.get("X-Request-Id") ?? req.get("X-Amzn-Trace-Id");
  const isPlain = id !== undefined && /^[\w.:;=@/+-]{1,128}$/.test(id);
  return isPlain && isFromTrustedProxy(req) ? id : undefined;
}

/** The pattern of the route that answered: there are few of them, and endlessly many addresses. */
function routeOf(req: Request): string {
  const pattern: unknown = req.route?.path;
  if (pattern !== undefined) return String(pattern);
  return req.originalUrl.startsWith("/assets/") ? "/assets" : "none";
}
