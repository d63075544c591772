import express from "express";
import { expect } from "vitest";
import { type AddPages, addPages } from "../../src/pages.ts";
import { providerForAll } from "../support/provider-for-all.ts";
import { type RawAnswer, rawRequest } from "../support/raw-request.ts";
import { signInAtProvider } from "../support/refused.ts";
import { sessionCookieOf, signedInHeading } from "../support/signed-in.ts";
import { startForAll } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";

const pages: AddPages = (app, guards, services) => {
  addPages(app, guards, services);
  app.get("/items/:id", (req, res) => void res.json(req.params.id));
  app.get("/editors", guards.requireGroup("editors"), (_req, res) => void res.send("in"));
  app.post("/json", express.json(), (_req, res) => void res.send("taken"));
  app.post("/form", express.urlencoded({ extended: false }), (_req, res) => void res.send("taken"));
};

/** The app that all tests of a file abuse, with a few more pages than usual. */
export function servedApp() {
  const provider = providerForAll();
  const app = startForAll(() => ({ userPool: provider(), pages }));
  return {
    app,
    provider,
    at: (path: string) => app().appUrl + path,

    get: (target: string, ...headers: string[]): Promise<RawAnswer> =>
      rawRequest(app().port, [`GET ${target} HTTP/1.1`, "Host: localhost", ...headers]),

    async cookieOfSignedIn(): Promise<string> {
      const visitor = createVisitor();
      await signInAtProvider(visitor, app());
      const { name, value } = sessionCookieOf(visitor, app());
      return `${name}=${value}`;
    },

    /** The process is alive and a good sign-in works, whatever came before. */
    async expectServing(): Promise<void> {
      const page = await signInAtProvider(createVisitor(), app());
      expect(page.heading).toBe(signedInHeading);
    },
  };
}
