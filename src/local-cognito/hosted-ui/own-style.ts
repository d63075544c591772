import type { Request, RequestHandler } from "express";
import type { AppClient } from "../pool/clients.ts";
import type { HostedUi } from "./hosted-ui.ts";

const path = "/custom.css";

/** Returns the address of the CSS that a pool has for the client that the request names, if it has any. */
export function ownStyleAddress(pool: HostedUi, { query }: Request): string | undefined {
  const client = pool.clients.find(query.client_id);
  if (!client || styleOf(pool, client) === undefined) return undefined;
  return `${path}?client_id=${client.clientId}`;
}

/** GET /custom.css: from this origin, which is the one that the pages may load from. */
export function ownStyle(pool: HostedUi): RequestHandler {
  return (req, res, next) => {
    const client = pool.clients.find(req.query.client_id);
    const css = client && styleOf(pool, client);
    if (css === undefined) next();
    else res.type("css").send(css);
  };
}

function styleOf({ settings: { styles = {} } }: HostedUi, { name }: AppClient): string | undefined {
  return Object.hasOwn(styles, name) ? styles[name] : styles.ALL;
}
