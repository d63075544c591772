import express, { type Express, type RequestHandler } from "express";
import type { SignIn } from "../../../src/sign-in/index.ts";

/** What a reader of the README adds to `addPages`. */
export function addOwnPages(app: Express, signIn: SignIn): void {
  app.get("/hello", helloPage);
  app.post("/hello", signIn.requireUser, express.urlencoded({ extended: false }), keepGreeting);
  app.get("/drafts", signIn.requireGroup("editors"), draftsPage);
}

const greetings = new Map<string, string>();

const helloPage: RequestHandler = (req, res) => {
  const { user } = req.signIn;
  const greeting = (user && greetings.get(user.sub)) ?? "Hello";
  res.render("hello", { user, heading: `${greeting}, ${user?.username ?? "stranger"}!` });
};

const keepGreeting: RequestHandler = (req, res) => {
  const { user } = req.signIn;
  if (user) greetings.set(user.sub, String(req.body.greeting).slice(0, 40));
  res.redirect(303, "/hello");
};

const draftsPage: RequestHandler = (req, res) => {
  res.render("hello", { user: req.signIn.user, heading: "Drafts" });
};
