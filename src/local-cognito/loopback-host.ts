import type { RequestHandler } from "express";
import { PageError } from "./errors.ts";

const loopbackNames = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Lets through only what was asked under a name that every machine has for itself, so that no web page can
 * point a name of its own at this machine and then read our pages and fill in our forms.
 */
export function requireLoopbackHost(origin: string): RequestHandler {
  const { host, port } = new URL(origin);
  const named = loopbackNames.map((name) => new URL(`http://${name}:${port || 80}`).host);
  const hosts = new Set<string | undefined>([host, ...named]);
  return (req, _res, next) => {
    if (!hosts.has(req.headers.host)) {
      throw new PageError(403, "wrongAddress", { key: "rightAddress", values: { origin } });
    }
    next();
  };
}
