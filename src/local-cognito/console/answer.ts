import type { Request, Response } from "express";

/** True for a request that asks for JSON (`Accept: application/json`); a browser, and one that does not care, gets a page. */
export function wantsJson(req: Request): boolean {
  return req.accepts(["html", "json"]) === "json";
}

/** Answers with the data as JSON, or with the page that shows it. */
export function answer(
  req: Request,
  res: Response,
  data: object,
  { view, locals }: { view: string; locals: object },
): void {
  res.vary("Accept");
  if (wantsJson(req)) res.json(data);
  else res.render(view, locals);
}
