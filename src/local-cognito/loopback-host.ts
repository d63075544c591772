import type { RequestHandler } from "express";
import { PageError } from "./errors.ts";

const loopbackNames = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Lets through only what was asked under a name that every machine has for itself. Otherwise a web page could point a name
 * of its own at this machine, read our pages and fill in our forms.
 */
export function requireLoopbackHost(origin: string): RequestHandler {
  return (req, _res, next) => {
    if (!isOwnHost(req.headers.host, origin)) {
      throw new PageError(403, "wrongAddress", { key: "rightAddress", values: { origin } });
    }
    next();
  };
}

/** True for the host of the origin, and for every other name that the same port of this machine has for itself. */
export function isOwnHost(asked: string | undefined, origin: string): boolean {
  const { protocol, host, port } = new URL(origin);
  const at = port && `:${port}`;
  const named = loopbackNames.map((name) => new URL(`${protocol}//${name}${at}`).host);
  return asked !== undefined && [host, ...named].includes(asked);
}
