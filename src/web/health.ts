import { Router } from "express";
import type { Services } from "./services.ts";

/** `/healthz` says that the process is alive, `/readyz` that it can serve: trouble at Cognito alone does not make it unready. */
export function healthRoutes({ rows, relyingParty }: Services): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get("/healthz", (_req, res) => {
    res.json({ status: "alive" });
  });
  router.get("/readyz", async (_req, res) => {
    const isReady = await rows.check().then(
      () => true,
      () => false,
    );
    res.status(isReady ? 200 : 503).json({
      status: isReady ? "ready" : "not ready",
      store: isReady ? "reachable" : "unreachable",
      signIn: relyingParty.canVerify() ? "available" : "not verified yet",
    });
  });
  return router;
}
