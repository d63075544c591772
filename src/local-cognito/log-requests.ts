import type { Request, RequestHandler, Response } from "express";
import type { Refusal } from "./errors.ts";
import { refusalOf } from "./noted-refusal.ts";
import { parseBasic } from "./oauth/app-client.ts";
import type { Clients } from "./pool/clients.ts";
import type { LoggedRequest, RequestLog } from "./request-log.ts";
import { noteTriggers } from "./triggers/trigger-notes.ts";

/** What a log is kept with. */
interface Logged {
  requests: RequestLog;
  clients: Clients;
  triggers?: object | undefined;
  now: () => number;
}

const authorizePath = "/oauth2/authorize";
const tokenPath = "/oauth2/token";
const userInfoPath = "/oauth2/userInfo";
const revokePath = "/oauth2/revoke";
const logoutPath = "/logout";
const endpoints = [authorizePath, tokenPath, userInfoPath, revokePath, logoutPath];

/**
 * Logs, as it is answered, each request to an OAuth endpoint, and of the hosted pages those that end at the app or are
 * refused.
 */
export function logRequests(pool: Logged): RequestHandler {
  return (req, res, next) => {
    // Routes below `use` see another path.
    const { method, path } = req;
    const at = pool.now();
    const notes: string[] = [];
    res.once("finish", () => {
      const isPreflight = method === "OPTIONS" && res.statusCode === 200;
      if (isPreflight || (notes.length === 0 && !isOfInterest(path, res, pool))) return;
      const described = describe({ at, method, path }, req, res, pool);
      pool.requests.add({ ...described, ...(notes.length > 0 && { triggers: notes }) });
    });
    if (pool.triggers) noteTriggers(notes, next);
    else next();
  };
}

function isOfInterest(path: string, res: Response, pool: Logged): boolean {
  if (path.startsWith("/_")) return false;
  if (path.startsWith("/oauth2/") || path === logoutPath) return true;
  return res.statusCode !== 404 && (refusalOf(res) !== undefined || isForApp(res, pool));
}

function describe(
  { at, method, path }: { at: number; method: string; path: string },
  req: Request,
  res: Response,
  pool: Logged,
): LoggedRequest {
  const refusal = refusalByStatus(method, path, res) ?? refusalOf(res);
  const remark = refusal ? undefined : remarkOn(path, req, pool);
  return {
    at: new Date(at).toISOString(),
    requestId: String(res.getHeader("x-amz-cognito-request-id")),
    method,
    path: path.slice(0, 100),
    ...clientIn(req, pool),
    status: res.statusCode,
    outcome: refusal ? refusedTo(res, pool) : outcomeOf(path, req, res, pool),
    ...(refusal && { error: refusal.error, reason: refusal.reason }),
    ...(remark !== undefined && { remark }),
  };
}

/** Any other value stays out: it may be a secret in the wrong place. */
function clientIn(req: Request, { clients }: Logged): { clientId?: string } {
  const { authorization = "" } = req.headers;
  const named = [req.query.client_id, req.body?.client_id, parseBasic(authorization)?.clientId];
  const client = named.map((id) => clients.find(id)).find((found) => found !== undefined);
  return client ? { clientId: client.clientId } : {};
}

function refusalByStatus(method: string, path: string, res: Response): Refusal | undefined {
  if (res.statusCode === 405) {
    const reason = `${method} is not possible here, ${res.getHeader("Allow")} is.`;
    return { error: "Method Not Allowed", reason };
  }
  if (res.statusCode !== 404) return undefined;
  const meant = endpoints.find((endpoint) => endpoint.toLowerCase() === path.toLowerCase());
  const reason = meant ? `It is written ${meant}.` : `There are ${endpoints.join(", ")}.`;
  return { error: "Not Found", reason };
}

function refusedTo(res: Response, pool: Logged): string {
  if (isForApp(res, pool)) return "refused, and the app was told";
  return res.statusCode < 400 ? "refused on the error page" : "refused";
}

const tokenOutcomes: Record<string, string> = {
  authorization_code: "tokens for a code",
  refresh_token: "tokens for a refresh token",
  client_credentials: "a token for the client itself",
};

function outcomeOf(path: string, req: Request, res: Response, pool: Logged): string {
  if (path === tokenPath) {
    return tokenOutcomes[req.body?.grant_type] ?? "tokens";
  }
  if (path === userInfoPath) return "attributes of the user";
  if (path === revokePath) return "revoked, if there was such a token";
  if (path === logoutPath)
    return `signed out, and on to ${isAt(res, "/login") ? "the sign-in page" : "the app"}`;
  if (isForApp(res, pool)) {
    return String(res.getHeader("Location")).includes("#")
      ? "tokens for the app"
      : "a code for the app";
  }
  if (isAt(res, "/login")) return "on to the sign-in page";
  if (isAt(res, authorizePath)) return "begun once more";
  const location = locationOf(res);
  if (location === undefined) return "a page";
  return location.startsWith("/_providers/") ? "on to the provider" : "on to another page";
}

function remarkOn(path: string, req: Request, { clients }: Logged): string | undefined {
  if (path !== authorizePath) return undefined;
  const { state, response_type: responseType, code_challenge: challenge, client_id } = req.query;
  if (state === undefined) {
    return "No state was sent: the app cannot tell its own sign-ins from those that others begin.";
  }
  if (responseType === "token") {
    return "The implicit grant puts tokens into addresses; the code grant with PKCE does not.";
  }
  const isPublic = clients.find(client_id)?.clientSecret === undefined;
  if (!isPublic || challenge !== undefined) return undefined;
  return "A client without a secret has sent no code_challenge: whoever gets the code can use it.";
}

function isForApp(res: Response, { clients }: Logged): boolean {
  return clients.list().some(({ callbackUrls }) => callbackUrls.some((url) => isAt(res, url)));
}

function isAt(res: Response, address: string): boolean {
  const location = locationOf(res, address.startsWith("/")) ?? "";
  return (
    location === address || ["?", "&", "#"].some((sign) => location.startsWith(address + sign))
  );
}

/** Where the answer leads to, if anywhere; of an address here the path alone, unless it is wanted whole. */
function locationOf(res: Response, isShort = true): string | undefined {
  const location = res.getHeader("Location");
  if (location === undefined) return undefined;
  return isShort ? String(location).replace(res.app.locals.origin, "") : String(location);
}
