import { randomUUID } from "node:crypto";
import type { Request } from "express";

const made = new WeakMap<object, string>();

/** Names a request in the log and, as a reference, on error pages: the app's own `req.id`, or one of ours. */
export function requestIdOf(req: Request): string {
  const { id } = req as { id?: unknown };
  if (typeof id === "string" || typeof id === "number") return String(id);
  const known = made.get(req) ?? randomUUID();
  made.set(req, known);
  return known;
}
