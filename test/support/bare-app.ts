import type { RequestListener } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import express, { type Express } from "express";
import { type AddPages, addPages } from "../../src/pages.ts";
import type { SignIn } from "../../src/sign-in/index.ts";
import type { Config } from "../../src/site/settings/config.ts";

const express4: () => Express = createRequire(import.meta.url)("express-4");

export interface BareAppOptions {
  version: 4 | 5;
  signIn: SignIn;
  config: Config;
  log: Parameters<AddPages>[2]["log"];
  pages?: AddPages | undefined;
}

/** An app of somebody else's, with everything as Express has it: no middleware but the sign-in, and the pages of the site. */
export function createBareApp(options: BareAppOptions): RequestListener {
  const { version, signIn, config, log, pages = addPages } = options;
  const app = version === 5 ? express() : express4();
  app.set("views", join(import.meta.dirname, "../../views"));
  app.set("view engine", "ejs");
  app.set("trust proxy", config.trustProxy);
  app.locals.assetUrl = (name: string) => `/assets/${name}`;
  app.use(signIn);
  pages(app, signIn, { config, log });
  return app;
}
