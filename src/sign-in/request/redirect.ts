import type { Response } from "express";

/** Redirects without a body, to an address that a URL parser has written, so that no header can be split. */
export function redirect(res: Response, status: 302 | 303, location: string): void {
  res.writeHead(status, { Location: location, "Content-Length": 0 }).end();
}
