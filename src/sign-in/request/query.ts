import { type ParsedUrlQuery, parse } from "node:querystring";
import type { Request } from "express";
import { AppError } from "../errors.ts";

const maxParameters = 1000;

/**
 * Parameters as text, repeats as lists, in an object without a prototype. Throws AppError `bad_request` for more than
 * a thousand, of which the parser would drop the last ones in silence (IN-4).
 */
export function parseQuery(query: string | null): ParsedUrlQuery {
  if (query && query.split("&", maxParameters + 1).length > maxParameters) {
    throw new AppError("bad_request", { reason: "too many parameters" });
  }
  return parse(query ?? "");
}

/** The query of a request as it was sent, whatever parser the app has. Throws as `parseQuery` does. */
export function queryOf({ url }: Request): ParsedUrlQuery {
  const at = url.indexOf("?");
  return parseQuery(at < 0 ? null : url.slice(at + 1));
}
