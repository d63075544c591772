import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Endpoint, Faults, Trouble } from "./faults.ts";
import { keepForm } from "./received-requests.ts";

/** The pool's handler, with what is wrong about its endpoints at the moment; whoever still waits at the end is let go. */
export function faultyHandler(
  handler: RequestListener,
  faults: Faults,
  closing: AbortSignal,
): RequestListener {
  return (req, res) => {
    const endpoint = endpointOf(req);
    const trouble = endpoint && faults.endpoints[endpoint];
    if (!trouble) return handler(req, res);
    const letGo = () => void res.destroy();
    closing.addEventListener("abort", letGo);
    res.once("close", () => closing.removeEventListener("abort", letGo));
    if (trouble === "slow") answerLater(() => handler(req, res), faults.slowMs, res);
    else misbehave[trouble](req, res);
  };
}

/** Which of the endpoints that an app's server calls this is, whatever the method. */
function endpointOf({ url = "", headers }: IncomingMessage): Endpoint | undefined {
  if (headers["x-amz-target"] !== undefined) return "api";
  const path = url.split("?")[0] ?? "";
  if (path.endsWith("/.well-known/jwks.json")) return "jwks";
  if (path.endsWith("/.well-known/openid-configuration")) return "discovery";
  const name = /^\/oauth2\/(token|userInfo|revoke)$/.exec(path)?.[1];
  return name as Endpoint | undefined;
}

type Misbehaviour = (req: IncomingMessage, res: ServerResponse) => void;

const misbehave: Record<Exclude<Trouble, "slow">, Misbehaviour> = {
  error(req, res) {
    keepForm(req);
    res.writeHead(500, { "content-type": "application/json" }).end('{"error":"server_error"}');
  },
  garbage(req, res) {
    keepForm(req);
    res.writeHead(200, { "content-type": "application/json" }).end("<!doctype html><title>Oops");
  },
  hanging: (req) => keepForm(req),
  down: (req) => void req.socket.destroy(),
};

function answerLater(answer: () => void, afterMs: number, res: ServerResponse): void {
  const timer = setTimeout(answer, afterMs);
  res.once("close", () => clearTimeout(timer));
}
