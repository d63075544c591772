import type { RequestListener } from "node:http";
import { join } from "node:path";
import express from "express";
import { type AddPages, addPages } from "./pages.ts";
import { methodNotAllowed, refusePrefetch } from "./sign-in/request/methods.ts";
import { parseQuery } from "./sign-in/request/query.ts";
import { ensurePath } from "./sign-in/request/request-target.ts";
import { sameOriginOnly } from "./sign-in/request/same-origin.ts";
import { callback } from "./sign-in/routes/callback.ts";
import { errorPages, notFound } from "./sign-in/routes/error-pages.ts";
import { addSignIn } from "./sign-in/routes/sign-in.ts";
import { addSignOut, createSignOut } from "./sign-in/routes/sign-out.ts";
import { addYourSessions } from "./sign-in/routes/your-sessions.ts";
import { type AppOptions, createServices } from "./sign-in/services.ts";
import { createGuards } from "./sign-in/visitor/guards.ts";
import { createSessionChanges } from "./sign-in/visitor/session-changes.ts";
import { createAssets } from "./site/assets.ts";
import { addHealth } from "./site/health.ts";
import { httpsOnly } from "./site/https-only.ts";
import { requestLog } from "./site/request-log.ts";
import { securityHeaders } from "./site/security-headers.ts";
import { useViews } from "./site/views.ts";

const views = join(import.meta.dirname, "..", "views");

export interface App {
  handler: RequestListener;
  /** Fetches what the first sign-in will need; resolves to what looks wrong, in sentences for the log. */
  warmUp(): Promise<string[]>;
  /** Resolves once nothing is under way that no visitor waits for, after four seconds at most. */
  settled(): Promise<void>;
}

/** The whole app, not yet listening: the order of middleware and the routes, on one screen. */
export function createApp(options: AppOptions & { pages?: AddPages }): App {
  const services = createServices(options);
  const { config, relyingParty, background, log, measurements } = services;
  const sessionChanges = createSessionChanges(services);
  const signOut = createSignOut(services, sessionChanges);
  const guards = createGuards(services);

  const app = express();
  const assets = createAssets(join(views, "assets"), { isFixed: config.isProduction });
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.set("query parser", parseQuery);
  app.set("trust proxy", config.trustProxy);
  app.locals.assetUrl = assets.url;
  useViews(app, views, { isFixed: config.isProduction });

  app.use(requestLog(log, measurements));
  app.use(securityHeaders({ ...config, cognitoDomain: relyingParty.domain }));
  app.use("/assets", assets.serve);
  addHealth(app, services);
  app.use(sameOriginOnly(config.appUrl));

  addSignIn(app, services);
  app.use(httpsOnly(config, log));
  app
    .route("/logged-in")
    .head(methodNotAllowed("GET"))
    .get(refusePrefetch, callback(services, sessionChanges));
  addSignOut(app, services, signOut);
  addYourSessions(app, services, guards, signOut);

  (options.pages ?? addPages)(app, guards, services);

  app.use(notFound);
  app.use(errorPages(log));
  const handler: RequestListener = (req, res) => {
    ensurePath(req);
    app(req, res);
  };
  return {
    handler,
    warmUp: () => relyingParty.warmUp(),
    settled: () => background.settled(),
  };
}
