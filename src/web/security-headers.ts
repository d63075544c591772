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
}): RequestHandler[] {
  const headers = helmet({
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
  });
  return [headers, noStore];
}

/** Nothing is kept by a cache unless its route says otherwise: most answers depend on who asks (HT-8). */
const noStore: RequestHandler = (_req, res, next) => {
  res.setHeader("Cache-Control", "no-store");
  next();
};
