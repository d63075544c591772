import type { IncomingMessage, RequestListener } from "node:http";
import type { Pool } from "../pool.ts";
import type { Site } from "../site.ts";

/** True for a call of the JSON API, and for the question whether a page from elsewhere may make one. */
export function isApiCall({ method, url, headers }: IncomingMessage): boolean {
  const isAtRoot = url === "/" || url?.startsWith("/?");
  if (method === "POST") return isAtRoot || headers["x-amz-target"] !== undefined;
  const asks = headers["access-control-request-headers"]?.toLowerCase() ?? "";
  return method === "OPTIONS" && (isAtRoot || asks.includes("x-amz-target"));
}

/** Answers calls of the JSON API, which is loaded with the first of them: most pools are started for their pages alone. */
export function apiDoor(pool: Pool, site: Site): RequestListener {
  let api: RequestListener | undefined;
  return async (req, res) => {
    try {
      // Node keeps what it has loaded, and not that it could not.
      const { createApi } = await import("./api.ts");
      api ??= createApi(pool, site);
      await api(req, res);
    } catch (error) {
      site.report(error);
      res.destroy();
    }
  };
}
