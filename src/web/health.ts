import type { Express, RequestHandler } from "express";
import { methodNotAllowed } from "./methods.ts";
import type { Services } from "./services.ts";

/** `/healthz` says that the process is alive, `/readyz` that it can serve: trouble at Cognito alone does not make it unready. */
export function addHealth(app: Express, { rows, relyingParty }: Services): void {
  const ready: RequestHandler = async (_req, res) => {
    const isReady = await rows.check().then(
      () => true,
      () => false,
    );
    res.status(isReady ? 200 : 503).json({
      status: isReady ? "ready" : "not ready",
      store: isReady ? "reachable" : "unreachable",
      signIn: relyingParty.canVerify() ? "available" : "not verified yet",
    });
  };

  app.route("/healthz").get(alive).all(methodNotAllowed("GET, HEAD"));
  app.route("/readyz").get(ready).all(methodNotAllowed("GET, HEAD"));
}

const alive: RequestHandler = (_req, res) => {
  res.json({ status: "alive" });
};
