import type { RequestListener } from "node:http";
import { join } from "node:path";
import express from "express";
import { createAssets } from "./web/assets.ts";
import { callback } from "./web/callback.ts";
import { errorPages, notFound } from "./web/error-pages.ts";
import { createGuards } from "./web/guards.ts";
import { addHealth } from "./web/health.ts";
import { methodNotAllowed, refusePrefetch } from "./web/methods.ts";
import { type AddPages, addPages } from "./web/pages.ts";
import { parseQuery } from "./web/query.ts";
import { requestLog } from "./web/request-log.ts";
import { ensurePath } from "./web/request-target.ts";
import { sameOriginOnly } from "./web/same-origin.ts";
import { securityHeaders } from "./web/security-headers.ts";
import { type AppOptions, createServices } from "./web/services.ts";
import { createSessionChanges } from "./web/session-changes.ts";
import { addSignIn } from "./web/sign-in.ts";
import { addSignOut, createSignOut } from "./web/sign-out.ts";
import { useViews } from "./web/views.ts";
import { addYourSessions } from "./web/your-sessions.ts";

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
