import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import { CognitoException } from "../accounts/exceptions.ts";
import { assumptions } from "../assumptions.ts";
import { wantsJson } from "../console/answer.ts";
import { OAuthError, PageError, RedirectInstead, type Refusal } from "../errors.ts";
import { inEnglish, type Message, say } from "../messages.ts";
import { noteRefusal } from "../noted-refusal.ts";
import { readAuthorizationRequest } from "../oauth/authorization-request.ts";
import { errorResponse } from "../oauth/authorization-response.ts";
import { refusalIn } from "./attempt.ts";
import type { HostedUi } from "./hosted-ui.ts";
import { languageOf } from "./language-choice.ts";

/** Only these words are shown; anything else in the address stays there, or a link could put words in our mouth. */
const explanations = new Map<string, Message>([
  ["redirect_mismatch", "redirectMismatch"],
  ["beyond_this_machine", "beyondThisMachine"],
  ["Required parameters missing", "parametersMissing"],
  ["Required String parameter 'redirect_uri' is not present", "redirectUriMissing"],
  [assumptions.unknownClientError, "unknownClient"],
]);

/** GET /error: says what was wrong with a request that could not be sent back to the app; always 400. */
export const errorPage: RequestHandler = (req, res) => {
  const { error } = req.query;
  const explanation = typeof error === "string" ? explanations.get(error) : undefined;
  renderError(req, res.status(400), { title: "errorHeading", explanation });
};

/** Answers 404 to every path that is nothing here. */
export const notFound: RequestHandler = () => {
  throw new PageError(404, "notFound", "notFoundExplanation");
};

/** Turns every error into the answer it stands for; what nobody expected is reported, and told to nobody else. */
export function answerError(pool: HostedUi, report: (error: unknown) => void): ErrorRequestHandler {
  return (thrown, req, res, next) => {
    if (res.headersSent) return next(thrown);
    const error = translate(thrown, req, pool, report);
    noteRefusal(res, error instanceof CognitoException ? refusalIn(error) : error.refusal);
    if (error instanceof RedirectInstead) {
      res.redirect(302, error.location);
    } else if (error instanceof OAuthError) {
      const { error: code, description } = error.refusal;
      res.status(error.status).json({ error: code, error_description: description });
    } else if (req.originalUrl.startsWith("/_local") && wantsJson(req)) {
      const isException = error instanceof CognitoException;
      const name = isException ? error.exception : inEnglish(error.title);
      res.status(statusOf(error)).json({ error: name, message: error.message });
    } else if (error instanceof CognitoException) {
      res.status(statusOf(error)).render("error", { title: error.message });
    } else {
      renderError(req, res.status(error.status), error);
    }
  };
}

/**
 * Answers what comes back from Express: 400 to a target without a path, such as `http://?x`, which it shows to
 * no middleware. An answer that failed half-way is broken off, so that nobody takes it for a whole one.
 */
export function answerLeftOver(req: Request, res: Response, headers: RequestHandler[]): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  for (const setHeaders of headers) setHeaders(req, res, () => {});
  res.status(400).type("text").send("This request could not be understood.\n");
}

interface ErrorPage {
  title: Message;
  explanation?: Message | undefined;
  startAgainAt?: string | undefined;
}

function renderError(req: Request, res: Response, page: ErrorPage): void {
  const language = languageOf(req);
  res.render("error", {
    title: say(language, page.title),
    explanation: page.explanation && say(language, page.explanation),
    startAgainAt: page.startAgainAt,
  });
}

/** To the others under /oauth2/ browsers navigate, and a person is to read what comes of it. */
const calledByApps = ["/oauth2/token", "/oauth2/userInfo", "/oauth2/revoke"];

const serverError: Refusal = {
  error: "server_error",
  reason: "Local Cognito failed; the output of its process says why.",
};

type Answer = RedirectInstead | OAuthError | PageError | CognitoException;

/** What is named in the address of a page is not there; anything else is wrong with what was sent. */
function statusOf(error: PageError | CognitoException): number {
  if (error instanceof PageError) return error.status;
  return error.exception === "UserNotFoundException" ? 404 : 400;
}

function translate(
  thrown: unknown,
  req: Request,
  pool: HostedUi,
  report: (error: unknown) => void,
): Answer {
  const isAnswer =
    thrown instanceof RedirectInstead ||
    thrown instanceof OAuthError ||
    thrown instanceof CognitoException ||
    thrown instanceof PageError;
  if (isAnswer) return thrown;
  const isWire = calledByApps.includes(req.path);
  if (isBadInput(thrown)) {
    return isWire
      ? new OAuthError({ error: "invalid_request", reason: "The body could not be read." })
      : new PageError(400, "badRequest", "notUnderstood");
  }
  report(thrown);
  if (isWire) return new OAuthError(serverError, 500);
  return backToApp(req, pool) ?? new PageError(500, "somethingWentWrong", "tryAgain");
}

/** body-parser and Express mark what the client did wrong with a status below 500. */
function isBadInput(thrown: unknown): boolean {
  const status = thrown instanceof Error && "status" in thrown ? thrown.status : undefined;
  return typeof status === "number" && status >= 400 && status < 500;
}

/** As Cognito: an app that can be told is told, instead of leaving the person on a page of ours. */
function backToApp(req: Request, pool: HostedUi): RedirectInstead | undefined {
  try {
    return errorResponse(readAuthorizationRequest(req.query, pool.clients), serverError);
  } catch {
    return undefined;
  }
}
