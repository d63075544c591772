import { parse } from "node:querystring";
import type { Request } from "express";
import { AppError } from "../errors.ts";

/** A form of buttons; one that people type into needs more. */
const smallForm = { mostBytes: 1024, mostFields: 5 };

/**
 * A small form as it was posted, read by ourselves or by a parser of the app's before us. The form may have a
 * kilobyte and five fields unless told otherwise. Throws AppError `bad_request` for more (413), and for what is no form.
 */
export async function formBody(
  req: Request,
  { mostBytes, mostFields } = smallForm,
): Promise<Record<string, unknown>> {
  if (isObject(req.body)) return req.body;
  if (!req.is("application/x-www-form-urlencoded")) throw malformed("no form");
  const text = await textOf(req, mostBytes);
  if (text.split("&").length > mostFields) throw malformed("too many fields", 413);
  return { ...parse(text) };
}

/** By events: what ends a loop over a request early would end its connection, too, and nobody would get the answer. */
function textOf(req: Request, mostBytes: number): Promise<string> {
  const encoding = req.get("Content-Encoding") ?? "identity";
  const [, charset = "utf-8"] =
    /;\s*charset="?([^\s;"]+)/i.exec(req.get("Content-Type") ?? "") ?? [];
  if (encoding !== "identity" || charset.toLowerCase() !== "utf-8") {
    throw malformed("a body in another encoding", 415);
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    req.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > mostBytes) reject(malformed("a body that is too long", 413));
      else chunks.push(chunk);
    });
    req.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    req.on("close", () => reject(malformed("a body that was cut off")));
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Buffer.isBuffer(value);
}

function malformed(reason: string, status = 400): AppError {
  return new AppError("bad_request", { reason, status });
}
