import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import helmet from "helmet";
import { assumptions } from "./assumptions.ts";
import { formByWidthSource } from "./hosted-ui/form-by-width.ts";
import type { Clients } from "./pool/clients.ts";
import { isOnThisMachine } from "./pool/registered-urls.ts";

/** The headers of every answer; forms may end at the origins where the page's client is called back, and nowhere else outside. */
export function securityHeaders(clients: Clients): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'none'"],
        "style-src": ["'self'", formByWidthSource],
        "img-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
        // Chromium applies this to the redirect after a form as well, and ours end at the app.
        "form-action": [(req) => formTargets(req, clients)],
      },
    },
    frameguard: { action: "deny" },
    referrerPolicy: { policy: "same-origin" },
    // Plain http on loopback.
    strictTransportSecurity: false,
  });
}

/** A page that names no client, such as a provider's, may lead back to any. */
function formTargets({ url = "" }: IncomingMessage, clients: Clients): string {
  const named = clients.find(new URLSearchParams(url.split("?")[1]).get("client_id"));
  const leadingTo = named ? [named] : clients.list();
  const urls = leadingTo.flatMap(({ callbackUrls }) => callbackUrls.filter(isOnThisMachine));
  const sources = urls.map(sourceOf);
  return [...new Set(["'self'", ...sources])].join(" ");
}

/** The scheme of an app on this machine has no origin. */
function sourceOf(url: string): string {
  const { protocol, origin } = new URL(url);
  return origin === "null" ? protocol : origin;
}

/** An id on every answer, as Cognito has it, and no copy in any cache unless a route says otherwise. */
export const requestId: RequestHandler = (_req, res, next) => {
  res.set("x-amz-cognito-request-id", randomUUID());
  res.set("Cache-Control", "no-store");
  next();
};

/**
 * Opens an endpoint to every web page, as Cognito does with those that take a secret or a token, and with the keys:
 * without cookies, and for any header. Everything else here is closed to other origins.
 */
export function anyOrigin(method: "GET" | "POST"): RequestHandler {
  return (req, res, next) => {
    res.set("Access-Control-Allow-Origin", "*");
    res.removeHeader("Cross-Origin-Resource-Policy");
    const isPreflight = req.get("access-control-request-method") !== undefined;
    if (req.method !== "OPTIONS" || !isPreflight) return next();
    const asked = req.get("access-control-request-headers");
    if (asked) res.set("Access-Control-Allow-Headers", asked);
    res.set("Access-Control-Allow-Methods", method);
    res.set("Access-Control-Max-Age", String(assumptions.preflightSeconds));
    res.status(200).end();
  };
}

/** Refuses every other method, HEAD included: these addresses spend or change something. */
export function only(method: "GET" | "POST"): RequestHandler {
  return (req, res, next) => {
    if (req.method === method) next();
    else res.set("Allow", method).status(assumptions.otherMethodStatus).end();
  };
}
