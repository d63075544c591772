import type { Express, RequestHandler } from "express";
import { methodNotAllowed } from "../sign-in/request/methods.ts";
import type { Services } from "../sign-in/services.ts";

/** `/healthz` says that the process is alive, `/readyz` that it can serve: trouble at Cognito alone does not make it unready. */
export function addHealth(app: Express, { rows, relyingParty }: Services): void {
  let asking: Promise<boolean> | undefined;

  /** Asked once for all who want to know at the same moment: anybody may ask, and the store has other work. */
  function isStoreReady(): Promise<boolean> {
    asking ??= rows
      .check()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        asking = undefined;
      });
    return asking;
  }

  const ready: RequestHandler = async (_req, res) => {
    const isReady = await isStoreReady();
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
