import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { type Connections, trackConnections } from "./connections.ts";
import { createHostedApp } from "./hosted-app.ts";
import type { LocalCognitoOptions } from "./options.ts";
import type { AppClient } from "./pool/clients.ts";
import { openPool, type Pool } from "./pool.ts";
import { assertMayStart, warningOfOpenHost } from "./start-conditions.ts";

export type { LocalCognitoOptions } from "./options.ts";

export interface LocalCognito {
  /** What is `https://PREFIX.auth.REGION.amazoncognito.com` for a real pool: `http://127.0.0.1:4300`. */
  origin: string;
  /** `http://127.0.0.1:4300/eu-west-1_…` */
  issuer: string;
  userPoolId: string;
  /** Of the first client. */
  clientId: string;
  /** Empty where the first client has none. */
  clientSecret: string;
  /** Every client of the pool's settings, the first one first. */
  clients: { name: string; clientId: string; clientSecret?: string }[];
  /** The Lambda triggers that have a function here, each with its file: `PreSignUp (triggers/sign-up.js)`. */
  triggers: string[];
  /** Accepts nothing new, lets what is being answered finish, and closes the database; once, however often called. */
  close(): Promise<void>;
}

/** Node would wait for minutes, and look every 30 seconds whether they are over. */
export const defaultPatience = { headersMs: 10_000, requestMs: 30_000, checkEveryMs: 1_000 };

const shortestGoodbyeMs = 500;
const longestGoodbyeMs = 5_000;
const mostConnections = 1_000;

/**
 * Starts a user pool with its hosted pages on this machine. Throws where that would be unsafe (production,
 * a host or callback URL beyond loopback), and the system's own error when the port is taken.
 */
export async function startLocalCognito(options: LocalCognitoOptions): Promise<LocalCognito> {
  assertMayStart(options);
  const pool = await openPool(options);
  await addUsers(pool, options.usersFile);
  return await servePool(pool, options);
}

/** Puts the users of the settings and of a file into the pool; where that fails, the pool is closed. */
export async function addUsers(pool: Pool, usersFile?: string): Promise<void> {
  if (pool.settings.users.length === 0 && usersFile === undefined) return;
  const { seedUsers, seedUsersOfSettings } = await import("./console/seed-users.ts");
  try {
    await seedUsersOfSettings(pool);
    if (usersFile !== undefined) await seedUsers(pool, usersFile);
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** Serves an open pool, and closes it with the server; the handler may be one around that of `createHostedApp`. */
export async function servePool(
  pool: Pool,
  options: LocalCognitoOptions,
  createHandler = createHostedApp,
): Promise<LocalCognito> {
  const { host = "127.0.0.1", port = 4300, report = () => {} } = options;
  let server: Server;
  let connections: Connections;
  try {
    server = await createServerOf(options);
    connections = trackConnections(server);
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    await pool.close();
    throw error;
  }
  const warning = warningOfOpenHost(options);
  if (warning) options.warn?.(warning);
  const origin = originOf(server, host, options);
  const issuer = `${origin}/${pool.userPoolId}`;
  server.on("request", createHandler(pool, { origin, issuer, report }));
  const { clientId, clientSecret = "" } = pool.clients.first;
  let closing: Promise<void> | undefined;
  const localCognito: LocalCognito = {
    origin,
    issuer,
    userPoolId: pool.userPoolId,
    clientId,
    clientSecret,
    clients: pool.clients.list().map(describeClient),
    triggers: [],
    close() {
      closing ??= close(server, connections, pool);
      return closing;
    },
  };
  try {
    localCognito.triggers = (await pool.triggers?.begin(origin)) ?? [];
  } catch (error) {
    await localCognito.close();
    throw error;
  }
  return localCognito;
}

function describeClient({ name, clientId, clientSecret }: AppClient) {
  return { name, clientId, ...(clientSecret !== undefined && { clientSecret }) };
}

async function createServerOf({
  patience = defaultPatience,
  certificate,
}: LocalCognitoOptions): Promise<Server> {
  const { headersMs, requestMs, checkEveryMs } = patience;
  const limits = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkEveryMs,
  };
  const server = certificate
    ? await createSecureServer({ ...limits, ...certificate, handshakeTimeout: headersMs })
    : createServer(limits);
  server.maxConnections = mostConnections;
  return server;
}

async function createSecureServer(options: ServerOptions): Promise<Server> {
  const https = await import("node:https");
  try {
    return https.createServer(options);
  } catch (error) {
    throw new Error(
      `The certificate or its key cannot be used: ${(error as Error).message}.\n` +
        "Nobody could reach the pool by https.\n" +
        "Both have to be PEM, the key the certificate's own and without a password, as mkcert makes them.",
    );
  }
}

function originOf(
  server: Server,
  host: string,
  { publicUrl, certificate }: LocalCognitoOptions,
): string {
  if (publicUrl !== undefined) return new URL(publicUrl).origin;
  const { port } = server.address() as AddressInfo;
  const scheme = certificate ? "https" : "http";
  return new URL(`${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`).origin;
}

async function close(server: Server, connections: Connections, pool: Pool): Promise<void> {
  const closed = once(server, "close");
  server.close();
  // A connection that was busy a moment ago is kept alive by default: end it as soon as it falls idle.
  const ending = setInterval(() => server.closeIdleConnections(), 50);
  const patience = setTimeout(() => connections.endUnused(), shortestGoodbyeMs);
  const deadline = setTimeout(() => server.closeAllConnections(), longestGoodbyeMs);
  await closed;
  clearInterval(ending);
  clearTimeout(patience);
  clearTimeout(deadline);
  await pool.close();
}
