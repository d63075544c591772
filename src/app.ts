import type { RequestListener } from "node:http";
import { join } from "node:path";
import express from "express";
import type { Logger } from "pino";
import { type AddPages, addPages } from "./pages.ts";
import type { SignIn } from "./sign-in/index.ts";
import { packageFolder } from "./sign-in/package-folder.ts";
import { parseQuery } from "./sign-in/request/query.ts";
import { ensurePath } from "./sign-in/request/request-target.ts";
import { sameOriginOnly } from "./sign-in/request/same-origin.ts";
import { createAssets } from "./site/assets.ts";
import { errorPages, notFound } from "./site/error-pages.ts";
import { addHealth } from "./site/health.ts";
import { httpsOnly } from "./site/https-only.ts";
import type { Measurements } from "./site/measurements.ts";
import { requestLog } from "./site/request-log.ts";
import { securityHeaders } from "./site/security-headers.ts";
import type { Config } from "./site/settings/config.ts";
import { useViews } from "./site/views.ts";

const views = join(packageFolder, "views");

export interface AppOptions {
  config: Config;
  signIn: SignIn;
  /** Where visitors sign in: `signIn.ready()` tells. */
  cognitoDomain: string;
  log: Logger;
  measurements?: Measurements | undefined;
  pages?: AddPages | undefined;
}

/** The whole app, not yet listening: the order of middleware and the pages, on one screen. */
export function createApp(options: AppOptions): RequestListener {
  const { config, signIn, cognitoDomain, log, measurements, pages = addPages } = options;
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
  app.use(securityHeaders({ ...config, cognitoDomain }));
  app.use("/assets", assets.serve);
  addHealth(app, signIn);
  app.use(sameOriginOnly(config.appUrl));

  app.use(httpsOnly(config, log));
  app.use(signIn);
  pages(app, signIn, { config, log });

  app.use(notFound);
  app.use(errorPages(log, config.paths));
  return (req, res) => {
    ensurePath(req);
    app(req, res);
  };
}
