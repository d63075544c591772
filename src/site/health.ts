import type { Express, RequestHandler } from "express";
import { methodNotAllowed } from "../sign-in/request/methods.ts";
import type { Health, SignIn } from "../sign-in/sign-in.ts";

/** `/healthz` says that the process is alive, `/readyz` that it can serve: trouble at Cognito alone does not make it unready. */
export function addHealth(app: Express, signIn: SignIn): void {
  let asking: Promise<Health> | undefined;

  /** Asked once for all who want to know at the same moment: anybody may ask, and the store has other work. */
  function check(): Promise<Health> {
    asking ??= signIn.check().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  const ready: RequestHandler = async (_req, res) => {
    const { storeError, canVerify } = await check();
    const isReady = storeError === undefined;
    res.status(isReady ? 200 : 503).json({
      status: isReady ? "ready" : "not ready",
      store: isReady ? "reachable" : "unreachable",
      signIn: canVerify ? "available" : "not verified yet",
    });
  };

  app.route("/healthz").get(alive).all(methodNotAllowed("GET, HEAD"));
  app.route("/readyz").get(ready).all(methodNotAllowed("GET, HEAD"));
}

const alive: RequestHandler = (_req, res) => {
  res.json({ status: "alive" });
};
