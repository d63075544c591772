import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { PassOn } from "../visitor/guards.ts";

/** Answers a request, or hands it on to the app by `next`. What it throws is an error of the request. */
export type RouteHandler = (req: Request, res: Response, next: NextFunction) => unknown;

/** What is answered at one path: every other method is a 405. */
export interface Route {
  GET?: RouteHandler;
  POST?: RouteHandler;
  /** True where HEAD is answered as GET is: where that spends and changes nothing. */
  takesHead?: boolean;
  /** False for requests that are the app's own, whatever their method. */
  isOurs?(req: Request): boolean;
}

/** A handler behind a guard, as on a route of the app's; what it throws goes where the guard's own refusals go. */
export function guarded(
  guard: RequestHandler,
  handler: RouteHandler,
  passOn: PassOn,
): RouteHandler {
  return (req, res, next) =>
    guard(req, res, (error) => {
      if (error) return next(error);
      Promise.resolve()
        .then(() => handler(req, res, next))
        .catch((failure: unknown) => passOn(failure, req, next));
    });
}

/** The methods that a route takes, as an `Allow` header has them. */
export function allowOf({ GET, POST, takesHead }: Route): string {
  return [GET && "GET", GET && takesHead && "HEAD", POST && "POST"].filter(Boolean).join(", ");
}

/** The handler for a request's method, or undefined where the route does not take it. */
export function handlerOf(route: Route, method: string): RouteHandler | undefined {
  if (method === "HEAD") return route.takesHead ? route.GET : undefined;
  return method === "GET" || method === "POST" ? route[method] : undefined;
}
