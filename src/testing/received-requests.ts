import type {
  IncomingHttpHeaders,
  IncomingMessage,
  RequestListener,
  ServerResponse,
} from "node:http";
import { text } from "node:stream/consumers";
import type { Refusal } from "../local-cognito/errors.ts";

/** One request as the pool received it, secrets included. */
export interface ReceivedRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** The fields of a form, once they have arrived. */
  readonly form: URLSearchParams;
  /** Undefined until there is an answer. */
  readonly status: number | undefined;
  /** Where the pool has refused it: why, in plain words. */
  readonly reason: string | undefined;
}

const mostRequests = 1_000;

/** The handler, noting every request in the order of arrival; beyond a thousand the oldest are forgotten. */
export function noteRequests(
  handler: RequestListener,
  requests: ReceivedRequest[],
): RequestListener {
  return (req, res) => {
    const { pathname, searchParams } = parseTarget(req);
    requests.push({
      method: req.method ?? "",
      path: pathname,
      query: searchParams,
      headers: req.headers,
      get form() {
        return formOf(req);
      },
      get status() {
        return res.headersSent ? res.statusCode : undefined;
      },
      get reason() {
        return reasonOf(res);
      },
    });
    if (requests.length > mostRequests) requests.shift();
    handler(req, res);
  };
}

function parseTarget({ url = "/" }: IncomingMessage) {
  const [pathname = "", query = ""] = url.split(/\?(.*)/s);
  return { pathname, searchParams: new URLSearchParams(query) };
}

/** Reads the form of a request that no handler is going to read. */
export function keepForm(req: IncomingMessage & { body?: unknown }): void {
  text(req).then(
    (body) => {
      req.body = Object.fromEntries(new URLSearchParams(body));
    },
    // Who hung up half-way has sent no form.
    () => {},
  );
}

/** The pool leaves it there for its log. */
function reasonOf(res: ServerResponse & { locals?: Record<string, unknown> }): string | undefined {
  return (res.locals?.refusal as Refusal | undefined)?.reason;
}

/** Express leaves the fields here once it has parsed them. */
function formOf(req: IncomingMessage & { body?: unknown }): URLSearchParams {
  const fields = Object.entries((req.body ?? {}) as Record<string, string | string[]>);
  const form = new URLSearchParams();
  for (const [name, values] of fields) {
    for (const value of [values].flat()) form.append(name, value);
  }
  return form;
}
