import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import type { Logger } from "pino";

declare global {
  namespace Express {
    interface Request {
      /** Names this request in the log and, as a reference, on error pages. */
      id: string;
    }
  }
}

/** One line a request, when it ends: never the query, the headers or the body, which carry codes and cookies. */
export function requestLog(log: Logger): RequestHandler {
  return (req, res, next) => {
    req.id = randomUUID();
    const startedAt = performance.now();
    const { method, path } = req;
    res.once("close", () => {
      const ms = Math.round(performance.now() - startedAt);
      const status = res.writableFinished ? res.statusCode : 499;
      log.info({ requestId: req.id, method, path: path.slice(0, 200), status, ms }, "request");
    });
    next();
  };
}
