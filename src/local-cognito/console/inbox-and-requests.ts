import type { RequestHandler } from "express";
import { PageError } from "../errors.ts";
import { answer, wantsJson } from "./answer.ts";
import type { Console } from "./console.ts";

const refreshSeconds = 5;

/**
 * Lets through only what was asked under our own host name, and no actions that come from other pages. Otherwise a web
 * page could point its own name at this machine and read a code.
 */
export function requireOwnPage(origin: string): RequestHandler {
  const ownHost = new URL(origin).host;
  return (req, _res, next) => {
    if (req.headers.host !== ownHost) {
      throw new PageError(403, "wrongAddress", { key: "rightLocalAddress", values: { origin } });
    }
    const isReading = req.method === "GET" || req.method === "HEAD";
    const site = req.get("Sec-Fetch-Site");
    // A browser says where a request comes from; whatever says nothing, such as curl, is none.
    const isOwn = site ? site === "same-origin" : [undefined, origin].includes(req.get("Origin"));
    if (!isReading && !isOwn) {
      throw new PageError(403, "notFromHere", "ownPagesOnly");
    }
    next();
  };
}

/** GET /_local/requests: what apps and browsers have asked for lately, and why it was refused; the page renews itself. */
export function showRequests(pool: Console): RequestHandler {
  return (req, res) => {
    const requests = pool.requests.list();
    if (!wantsJson(req)) res.set("Refresh", String(refreshSeconds));
    answer(req, res, requests, { view: "local-requests", locals: { requests } });
  };
}

/** GET /_local/inbox: every mail that would have been sent, newest first; the page renews itself. */
export function showInbox(pool: Console): RequestHandler {
  return (req, res) => {
    const mails = pool.inbox.list();
    if (!wantsJson(req)) res.set("Refresh", String(refreshSeconds));
    answer(req, res, mails, { view: "local-inbox", locals: { mails } });
  };
}
