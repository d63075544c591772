import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, type Server } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { issueCertificate } from "./support/certificates.ts";
import { start } from "./support/start.ts";
import { trust } from "./support/trusted-authority.ts";
import { createVisitor } from "./support/visitor.ts";

const domainHost = "auth.pool.invalid";
const issuerHost = "issuer.pool.invalid";

test("calls to Cognito go through HTTPS_PROXY, which learns the host and nothing else", async () => {
  const pool = await startPool();
  const proxy = await startProxy(pool.port);
  setProxy({ HTTPS_PROXY: `http://me:sesame@127.0.0.1:${proxy.port}` });

  await signIn();

  expect(pool.requests.toSorted()).toEqual([
    `GET ${issuerHost}/eu-west-1_Scripted1/.well-known/jwks.json`,
    `GET ${issuerHost}/eu-west-1_Scripted1/.well-known/openid-configuration`,
    `POST ${domainHost}/oauth2/token`,
  ]);
  expect(new Set(proxy.heard)).toEqual(
    new Set([`CONNECT ${issuerHost}:443 me:sesame`, `CONNECT ${domainHost}:443 me:sesame`]),
  );
});

test("calls to a host that NO_PROXY names go around HTTPS_PROXY", async () => {
  const pool = await startPool();
  const proxy = await startProxy(pool.port);
  setProxy({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: domainHost });

  await signIn();

  // A name that ends in .invalid leads nowhere by itself.
  expect(pool.requests.filter((request) => request.includes(domainHost))).toEqual([]);
  expect(new Set(proxy.heard)).toEqual(new Set([`CONNECT ${issuerHost}:443`]));
});

/** Until the test is over, and whatever this machine has set: the names in small letters would win. */
function setProxy({ HTTPS_PROXY, NO_PROXY = "" }: { HTTPS_PROXY: string; NO_PROXY?: string }) {
  for (const name of ["https_proxy", "no_proxy"]) vi.stubEnv(name, "");
  vi.stubEnv("HTTPS_PROXY", HTTPS_PROXY);
  vi.stubEnv("NO_PROXY", NO_PROXY);
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** Starts an app with that pool as production does, and comes back to it from the hosted UI. */
async function signIn(): Promise<void> {
  const userPool = {
    domain: `https://${domainHost}`,
    issuer: `https://${issuerHost}/eu-west-1_Scripted1`,
    clientId: "5scripted1client2id3456789",
    clientSecret: "scriptedsecret0123456789abcdefghijklmnopqrstuvwxyz",
  };
  const app = await start({ userPool });
  await app.warmUp().catch(() => {});
  const visitor = createVisitor();
  const begun = await visitor.request("GET", `${app.appUrl}/login`);
  const state = new URL(begun.location ?? "").searchParams.get("state");
  await visitor.request("GET", `${app.appUrl}/logged-in?code=x&state=${state}`);
}

/** Both hosts of a pool, which answer with nothing of use. */
async function startPool(): Promise<{ port: number; requests: string[] }> {
  const requests: string[] = [];
  const certificate = issueCertificate({ hosts: [domainHost, issuerHost] });
  trust(certificate.cert);
  const server = createHttpsServer(certificate, ({ method, headers, url }, res) => {
    requests.push(`${method} ${headers.host}${url}`);
    res.writeHead(200, { "content-type": "application/json" }).end('{"keys":[]}');
  });
  return { port: await portOf(server), requests };
}

/** A proxy that leads everywhere to the pool, and notes what it was asked for and by whom. */
async function startProxy(poolPort: number): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((req, res) => {
    heard.push(`${req.method} ${req.url}`);
    res.end();
  });
  server.on("connect", ({ method, url, headers }, client) => {
    const basic = headers["proxy-authorization"]?.replace("Basic ", "") ?? "";
    heard.push(`${method} ${url} ${Buffer.from(basic, "base64")}`.trim());
    const onward = connect(poolPort, "127.0.0.1");
    client.write("HTTP/1.1 200 OK\r\n\r\n");
    client.pipe(onward).pipe(client);
    for (const socket of [client, onward]) socket.on("error", () => onward.destroy());
  });
  return { port: await portOf(server), heard };
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
