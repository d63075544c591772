import type { Application, NextFunction, Request, RequestHandler, Response } from "express";
import { AppError } from "./errors.ts";
import type { Resources } from "./opening/resources.ts";
import { explainStartError } from "./opening/start-errors.ts";
import { createOwnPages, type Pages } from "./pages/own-pages.ts";
import { assertSameOrigin } from "./request/same-origin.ts";
import { watchSurroundings } from "./request/surroundings.ts";
import { answerOwnErrors, asAppError, reportError } from "./routes/errors.ts";
import { allowOf, handlerOf, type Route } from "./routes/route.ts";
import { createRoutes, ownPaths } from "./routes/routes.ts";
import { createGuards, type Guards } from "./visitor/guards.ts";
import { loadAhead } from "./visitor/load-ahead.ts";
import { type Circumstances, createServices, type Services } from "./visitor/services.ts";
import { Visit, type VisitOwner } from "./visitor/visit.ts";

/**
 * The sign-in of an app: a middleware for `app.use()` with its routes and `req.signIn`, and the guards for the routes
 * behind it.
 */
export interface SignIn extends RequestHandler, Guards {
  /**
   * Resolves once it can serve, and rejects with what keeps it from that. Nobody has to wait for it: requests of the
   * sign-in's own wait by themselves, and where it has failed, the next one tries again.
   */
  ready(): Promise<Ready>;
  /** Fetches what the first sign-in will need; resolves to what looks wrong about the pool, in sentences for a log. */
  warmUp(): Promise<string[]>;
  /** What keeps sessions from being read right now, and whether a sign-in could be verified. */
  check(): Promise<Health>;
  /** How many sessions live in the store; undefined where it cannot tell cheaply. */
  countSessions(): Promise<number | undefined>;
  /** Lets what is under way end, for four seconds at most, then closes the store and local Cognito. */
  close(): Promise<void>;
}

export interface Ready {
  /** Where visitors sign in, and the one other origin that forms may lead to (`form-action`). */
  domain: string;
  /** Local Cognito's address, where no user pool is set. */
  localCognito: string | undefined;
}

export interface Health {
  storeError: unknown;
  canVerify: boolean;
}

interface Opened {
  services: Services;
  routes: Map<string, Route>;
  resources: Resources;
}

/** How long a failure to open counts before it is tried again (milliseconds). */
const retryAfterMs = 5_000;

/** A sign-in in its circumstances, with what `open` opens. It is ready once that resolves. */
export function createSignIn(
  circumstances: Circumstances & { open: () => Promise<Resources>; pages?: Pages | undefined },
): SignIn {
  const { settings, log, now, open, pages: given = {} } = circumstances;
  const pages = createOwnPages(settings, given, () => opened?.resources.userPool.domain);
  const paths = ownPaths(settings, pages);
  const owner: VisitOwner = { settings, ready: async () => (await ready()).services };
  const guards = createGuards(settings, owner, now, passOn);
  const noteSurroundings = watchSurroundings(settings, log, now);
  let opening: Promise<Opened> | undefined;
  let opened: Opened | undefined;
  let isClosed = false;
  /** Whoever waits for it is told how it went, and tells of it. */
  let isAwaited = false;

  async function openAll(): Promise<Opened> {
    try {
      const resources = await open();
      const services = createServices(circumstances, resources);
      opened = { services, resources, routes: createRoutes(services, { guards, pages, passOn }) };
      if (!isAwaited && resources.localPool) log.info({}, whereItIs(resources.localPool));
      return opened;
    } catch (error) {
      if (!isAwaited) log.error({ err: error }, explainStartError(error, settings.dataDirectory));
      setTimeout(() => {
        opening = undefined;
      }, retryAfterMs).unref();
      throw error;
    }
  }

  function opens(): Promise<Opened> {
    if (isClosed) return Promise.reject(new Error("This sign-in is closed."));
    opening ??= openAll();
    return opening;
  }

  function ready(): Promise<Opened> {
    return opens().catch((cause: unknown) => {
      throw new AppError("not_ready", { cause });
    });
  }

  /** To the app's own error handlers, and at their end to ours. */
  function passOn(thrown: unknown, req: Request, next: NextFunction): void {
    const error = asAppError(thrown);
    reportError(log, error, req);
    next(error);
  }

  let isFirst = true;

  const handle: RequestHandler = (req, res, next) => {
    if (req.signIn !== undefined) return passOn(mountedTwice(), req, next);
    noteSurroundings(req);
    // Once the first page is out, and before anybody signs in.
    if (isFirst) res.once("close", () => void loadAhead(settings));
    isFirst = false;
    answerErrorsOf(req.app);
    const visit = new Visit(req, res, owner);
    req.signIn = visit;
    const path = ownPathOf(req);
    if (paths.has(path)) return void answer(path, visit, req, res, next);
    greet(visit, req, next);
  };

  /** Only who brings a cookie of ours is looked up, and a page waits for nobody else. */
  function greet(visit: Visit, req: Request, next: NextFunction): void {
    const isStranger = opened
      ? !opened.services.sessionCookie.isPresent(req.headers.cookie)
      : req.headers.cookie === undefined;
    if (isStranger) next();
    else visit.greet(opened?.services).then(() => next(), next);
  }

  async function answer(
    path: string,
    visit: Visit,
    req: Request,
    res: Response,
    next: NextFunction,
  ): Promise<void> {
    try {
      const route = (await ready()).routes.get(path) as Route;
      if (route.isOurs && !route.isOurs(req)) return greet(visit, req, next);
      // As Express does, for those who count requests by route.
      req.route = { path };
      secure(res);
      assertSameOrigin(req, settings.appUrl);
      const handler = handlerOf(route, req.method);
      if (!handler) throw new AppError("method_not_allowed", { allow: allowOf(route) });
      await handler(req, res, next);
    } catch (error) {
      await lookUpForError(visit, error);
      passOn(error, req, next);
    }
  }

  /** Error handlers know who is there, as pages do; but a store that is away is not asked again. */
  async function lookUpForError(visit: Visit, error: unknown): Promise<void> {
    const isAway = error instanceof AppError && error.code === "store_unavailable";
    if (!isAway) await visit.lookUp();
  }

  const answering = new WeakSet<Application>();

  /** At the end of everything that the app has by its first request, so that its own error handlers come first. */
  function answerErrorsOf(app: Application): void {
    if (answering.has(app)) return;
    answering.add(app);
    app.use(answerOwnErrors(settings.paths, log, pages.error));
  }

  void opens().catch(() => {});
  return Object.assign(handle, guards, {
    async ready() {
      isAwaited = true;
      const { resources } = await opens();
      return { domain: resources.userPool.domain, localCognito: resources.localPool?.origin };
    },
    warmUp: async () => (await ready()).services.relyingParty.warmUp(),
    async check() {
      const { rows, relyingParty } = (await ready()).services;
      const storeError = await rows.check().catch((error: unknown) => error);
      return { storeError, canVerify: relyingParty.canVerify() };
    },
    countSessions: async () => (await ready()).services.rows.count?.("session"),
    async close() {
      isClosed = true;
      const { services, resources } = (await opening?.catch(() => undefined)) ?? {};
      await services?.background.settled();
      await resources?.localPool?.close();
      await resources?.rows.close();
    },
  });
}

function whereItIs({ origin }: { origin: string }): string {
  return `no user pool is set, so local Cognito runs at ${origin}; its users: ${origin}/_local/users, its inbox: ${origin}/_local/inbox`;
}

/** The path of a request as the browser has it, wherever the middleware is mounted; a slash at its end changes nothing. */
function ownPathOf(req: Request): string {
  const path = req.baseUrl + req.path;
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/** What every answer at a path of ours says, whatever the app's own headers are. */
function secure(res: Response): void {
  res.set({
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    // A page's own forms would send `Origin: null` under no-referrer (CS-2).
    "Referrer-Policy": "same-origin",
  });
}

function mountedTwice(): AppError {
  const cause = new Error(
    "A sign-in has seen this request already. An app has one: call app.use(signIn) once, with the one result of cognitoSignIn().",
  );
  return new AppError("unexpected", { cause });
}
