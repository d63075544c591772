import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestHandler } from "express";
import helmet from "helmet";

const oneYearSeconds = 365 * 24 * 60 * 60;

/**
 * The headers of every answer, with each directive of the policy in sight: no script, no inline anything.
 * `form-action` also names Cognito's domain, since browsers apply it to where a form's redirects end.
 */
export function securityHeaders(options: {
  usesHttps: boolean;
  cognitoDomain: string;
}): RequestHandler {
  const headers = headersBy(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'"],
          formAction: ["'self'", options.cognitoDomain],
          frameAncestors: ["'none'"],
          baseUri: ["'none'"],
          objectSrc: ["'none'"],
        },
      },
      // A page's own forms would send `Origin: null` under no-referrer (CS-2).
      referrerPolicy: { policy: "same-origin" },
      strictTransportSecurity: options.usesHttps && {
        maxAge: oneYearSeconds,
        includeSubDomains: false,
      },
      xFrameOptions: { action: "deny" },
      crossOriginEmbedderPolicy: false,
      xDownloadOptions: false,
      xPermittedCrossDomainPolicies: false,
      xDnsPrefetchControl: false,
      xXssProtection: false,
    }),
  );
  // Nothing is kept by a cache unless its route says otherwise: most answers depend on who asks (HT-8).
  headers.push(["Cache-Control", "no-store"]);
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value);
    next();
  };
}

/** What helmet would set on every answer: it is the same each time, and its own way of setting it takes longer. */
function headersBy(middleware: ReturnType<typeof helmet>): [name: string, value: string][] {
  const headers: [string, string][] = [];
  const recorder = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader: () => {},
  };
  middleware({} as IncomingMessage, recorder as unknown as ServerResponse, () => {});
  return headers;
}
