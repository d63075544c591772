import type { Request, RequestHandler } from "express";
import type { HostedUi } from "./hosted-ui.ts";

const path = "/custom.css";

/** The CSS that a pool has for its classic pages. A client keeps its own under whatever name it is given later. */
export class OwnStyles {
  readonly #clients: HostedUi["clients"];
  readonly #byId: Map<string, string>;
  readonly #ofAll: string | undefined;

  constructor({ settings: { styles = {} }, clients }: HostedUi) {
    this.#clients = clients;
    this.#ofAll = styles.ALL;
    const pairs = Object.entries(styles).flatMap(([name, css]) => {
      const client = clients.list().find((listed) => listed.name === name);
      return client ? [[client.clientId, css] as const] : [];
    });
    this.#byId = new Map(pairs);
  }

  /** Returns the address of the CSS for the client that the request names, if there is any. */
  addressFor(req: Request): string | undefined {
    const client = this.#clients.find(req.query.client_id);
    if (!client || this.#for(client.clientId) === undefined) return undefined;
    return `${path}?client_id=${client.clientId}`;
  }

  /** GET /custom.css: from this origin, which is the one that the pages may load from. */
  readonly serve: RequestHandler = (req, res, next) => {
    const client = this.#clients.find(req.query.client_id);
    const css = client && this.#for(client.clientId);
    if (css === undefined) next();
    else res.type("css").send(css);
  };

  #for(clientId: string): string | undefined {
    return this.#byId.get(clientId) ?? this.#ofAll;
  }
}
