import type { RequestHandler } from "express";
import { PageError } from "./errors.ts";
import type { Pool } from "./pool.ts";

const REFRESH_SECONDS = 5;

/**
 * Lets through only what was asked under our own host name, so that no web page can read a code by pointing
 * its own name at this machine, and only actions that come from our own pages.
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
    const isOwn = site ? site === "same-origin" : req.get("Origin") === origin;
    if (!isReading && !isOwn) {
      throw new PageError(403, "Not from here", "Actions are accepted from these pages only.");
    }
    next();
  };
}

/** GET /_local: what a developer needs to know of this pool, and the way to its users and mails. */
export function showOverview(pool: Pool, issuer: string): RequestHandler {
  return (_req, res) => {
    const { clientId, callbackUrls, signOutUrls } = pool.client;
    res.render("local-overview", {
      userPoolId: pool.userPoolId,
      issuer,
      clientId,
      callbackUrls,
      signOutUrls,
    });
  };
}

/** GET /_local/users: everybody in the pool, as a page or, if asked for, as JSON. */
export function showUsers(pool: Pool): RequestHandler {
  return (req, res) => {
    const users = pool.users.list().map((user) => ({
      username: user.username,
      email: user.attributes.email,
      emailVerified: user.emailVerified,
      status: user.status,
      enabled: user.enabled,
      createdAt: user.createdAt,
    }));
    res.vary("Accept");
    if (req.accepts(["html", "json"]) === "json") res.json(users);
    else res.render("local-users", { users });
  };
}

/** GET /_local/inbox: every mail that would have been sent, newest first, as a page that renews itself or as JSON. */
export function showInbox(pool: Pool): RequestHandler {
  return (req, res) => {
    const mails = pool.inbox.list();
    res.vary("Accept");
    if (req.accepts(["html", "json"]) === "json") res.json(mails);
    else res.set("Refresh", String(REFRESH_SECONDS)).render("local-inbox", { mails });
  };
}
