import type { PoolDatabase, Table } from "./pool-database.ts";
import { newClientId, newClientSecret, type PoolIdentity } from "./pool-identity.ts";
import type { ClientSettings, PoolSettings } from "./pool-settings.ts";

/** An app client as the pool serves it. */
export interface AppClient extends ClientSettings {
  clientId: string;
  /** Undefined where the client has none to prove. */
  clientSecret: string | undefined;
  /** ISO 8601. */
  createdAt: string;
  /** ISO 8601. */
  modifiedAt: string;
}

interface KeptClient {
  clientId: string;
  clientSecret: string;
  createdAt: string;
  modifiedAt: string;
  /** Of a client that was made while the pool ran; the others come with the pool's settings. */
  settings?: ClientSettings;
}

/**
 * The app clients of the pool. Those of its settings have the same id and secret at every start, found by their name;
 * those that were made by the API are kept whole. A change to one of the settings lasts until the next start.
 */
export class Clients {
  /** The client that whoever started the pool is told of. */
  readonly first: AppClient;
  readonly #byId = new Map<string, AppClient>();
  readonly #kept: Table<KeptClient>;
  readonly #database: PoolDatabase;
  readonly #now: () => number;

  constructor(
    database: PoolDatabase,
    configured: PoolSettings["clients"],
    identity: PoolIdentity,
    now: () => number,
  ) {
    this.#database = database;
    this.#kept = database.table("clients");
    this.#now = now;
    const [first, ...others] = configured;
    const names = configured.map(({ name }) => name);
    const isTaken = names.some((name) => this.#kept.get(name)?.clientId === identity.clientId);
    // The first of a pool has the id that was made with it, also where a template has another name for it by now.
    this.first = this.#serve(first, this.#keep(first.name, isTaken ? undefined : identity));
    for (const settings of others) this.#serve(settings, this.#keep(settings.name));
    for (const { key, value } of this.#kept.entries()) {
      if (value.settings && !names.includes(key)) this.#serve(value.settings, value);
    }
  }

  find(clientId: unknown): AppClient | undefined {
    return typeof clientId === "string" ? this.#byId.get(clientId) : undefined;
  }

  /** The first one first, then in the order of the settings, then those made by the API. */
  list(): AppClient[] {
    return [...this.#byId.values()];
  }

  /** Adds a client, with a secret that was made up elsewhere if there is one. */
  create(settings: ClientSettings, clientSecret = newClientSecret()): AppClient {
    const at = this.#isoTime();
    const clientId = newClientId();
    const kept = { clientId, clientSecret, createdAt: at, modifiedAt: at, settings };
    // Two clients may have one name at AWS, so what is found by its name at the next start is not among these.
    this.#kept.put(keyOf(clientId), kept);
    return this.#serve(settings, kept);
  }

  /** Puts these settings in the place of the client's; its id, secret and age stay. */
  update(client: AppClient, settings: ClientSettings): AppClient {
    const row = this.#kept.get(keyOf(client.clientId));
    const { clientId, createdAt } = client;
    const clientSecret = client.clientSecret ?? row?.clientSecret ?? newClientSecret();
    const kept = { clientId, clientSecret, createdAt, modifiedAt: this.#isoTime() };
    if (row) this.#kept.put(keyOf(clientId), { ...kept, settings });
    return this.#serve(settings, kept);
  }

  /** Removes the client; one of the settings is back at the next start. */
  remove({ clientId }: AppClient): void {
    this.#byId.delete(clientId);
    this.#kept.remove(keyOf(clientId));
  }

  #serve(settings: ClientSettings, { clientSecret, ...kept }: KeptClient): AppClient {
    const { clientId, createdAt, modifiedAt } = kept;
    const secret = settings.hasSecret ? clientSecret : undefined;
    const served = { ...settings, clientId, clientSecret: secret, createdAt, modifiedAt };
    const known: Partial<AppClient> = this.#byId.get(clientId) ?? {};
    // Whoever holds the client sees its changes, and what is no longer set.
    for (const name of Object.keys(known)) delete known[name as keyof AppClient];
    const client = Object.assign(known, served);
    this.#byId.set(clientId, client);
    return client;
  }

  #keep(name: string, identity?: PoolIdentity): KeptClient {
    const known = this.#kept.get(name);
    if (known) return known;
    const at = this.#isoTime();
    const made = {
      clientId: identity?.clientId ?? newClientId(),
      clientSecret: identity?.clientSecret ?? newClientSecret(),
      createdAt: at,
      modifiedAt: at,
    };
    // Two processes may start at once for the first time: the first to write decides.
    return this.#database.inOneWrite(() => {
      const first = this.#kept.get(name);
      if (!first) this.#kept.put(name, made);
      return first ?? made;
    });
  }

  #isoTime(): string {
    return new Date(this.#now()).toISOString();
  }
}

/** No name of a client begins with a slash, so that no id is taken for one. */
function keyOf(clientId: string): string {
  return `/${clientId}`;
}
