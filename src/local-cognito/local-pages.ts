import type { RequestHandler } from "express";
import { PageError } from "./errors.ts";
import { answer, wantsJson } from "./local-answer.ts";
import type { Pool } from "./pool.ts";

const REFRESH_SECONDS = 5;

/**
 * Lets through only what was asked under our own host name, so that no web page can read a code by pointing
 * its own name at this machine, and no actions that come from other pages.
 */
export function requireOwnPage(origin: string): RequestHandler {
  const ownHost = new URL(origin).host;
  return (req, _res, next) => {
    if (req.headers.host !== ownHost) {
      const explanation = `These pages answer at ${origin}/_local only.`;
      throw new PageError(403, "Wrong address", explanation);
    }
    const isReading = req.method === "GET" || req.method === "HEAD";
    const site = req.get("Sec-Fetch-Site");
    // A browser says where a request comes from; whatever says nothing, such as curl, is none.
    const isOwn = site ? site === "same-origin" : [undefined, origin].includes(req.get("Origin"));
    if (!isReading && !isOwn) {
      throw new PageError(403, "Not from here", "Actions are accepted from these pages only.");
    }
    next();
  };
}

/** GET /_local: what a developer needs to know of this pool, and the way to its users and mails. */
export function showOverview(pool: Pool, issuer: string): RequestHandler {
  const { userPoolId, client } = pool;
  const { clientId, callbackUrls, signOutUrls } = client;
  const overview = { userPoolId, issuer, clientId, callbackUrls, signOutUrls };
  return (req, res) => answer(req, res, overview, { view: "local-overview", locals: overview });
}

/** GET /_local/inbox: every mail that would have been sent, newest first; the page renews itself. */
export function showInbox(pool: Pool): RequestHandler {
  return (req, res) => {
    const mails = pool.inbox.list();
    if (!wantsJson(req)) res.set("Refresh", String(REFRESH_SECONDS));
    answer(req, res, mails, { view: "local-inbox", locals: { mails } });
  };
}
