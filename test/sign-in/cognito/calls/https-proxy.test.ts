import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createCognitoHttp } from "../../../../src/sign-in/cognito/calls/cognito-http.ts";
import { issueCertificate } from "../../../support/certificates.ts";
import { stopClock } from "../../../support/own-clock.ts";
import { setProxy } from "../../../support/proxy-settings.ts";
import { type StartOptions, start } from "../../../support/start.ts";
import { trust } from "../../../support/trusted-authority.ts";
import { createVisitor } from "../../../support/visitor.ts";

const domainHost = "auth.pool.invalid";
const issuerHost = "issuer.pool.invalid";

test("calls to Cognito go through HTTPS_PROXY, which learns the host and nothing else", async () => {
  const pool = await startPool();
  const proxy = await startProxy(to(pool));
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
  const proxy = await startProxy(to(pool));
  setProxy({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: domainHost });

  await signIn();

  // A name that ends in .invalid leads nowhere by itself.
  expect(pool.requests.filter((request) => request.includes(domainHost))).toEqual([]);
  expect(new Set(proxy.heard)).toEqual(new Set([`CONNECT ${issuerHost}:443`]));
});

const ok = answerOf("200 OK", { keys: [] });

test.each([
  [
    "an interim answer, and then one in the host's name",
    `HTTP/1.1 100 Continue\r\n\r\n${ok}`,
    { code: /^ERR_PROXY_100$/, reason: "the proxy opened no tunnel" },
  ],
  [
    "an answer in the host's name, in place of the tunnel",
    ok,
    { code: /^(?!ERR_PROXY_)/, reason: "no connection" },
  ],
  [
    "a refusal that reads like Cognito's",
    answerOf("400 Bad Request", { error: "invalid_grant" }),
    { code: /^ERR_PROXY_400$/, reason: "the proxy opened no tunnel" },
  ],
  [
    "the wish for a password",
    answerOf("407 Wanted", {}),
    { code: /^ERR_PROXY_407$/, reason: "the proxy opened no tunnel" },
  ],
  [
    "no HTTP at all",
    "SSH-2.0-OpenSSH_9.6\r\n",
    { code: /^ERR_PROXY_HPE_/, reason: "the proxy opened no tunnel" },
  ],
])(
  "TE-7: what a proxy says for itself is no answer of Cognito's: %s",
  async (_title, words, { code, reason }) => {
    const proxy = await startProxy((client) => client.end(words));
    setProxy({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });

    const { app, answer } = await signIn();

    expect(answer.status).toBe(504);
    expect(answer.text).toContain("We could not reach the sign-in service.");
    const networkError = expect.stringMatching(code);
    expect(app.log).toContainEqual(
      expect.objectContaining({
        code: "cognito_unreachable",
        reason,
        details: expect.objectContaining({ networkError }),
      }),
    );
  },
);

test.each([
  ["its own", "localhost", 502],
  ["Cognito's", issuerHost, 504],
  ["another", "other.example", 504],
])(
  "TE-7: a proxy on https:// has to show a certificate for its own name: %s",
  async (_title, name, status) => {
    const pool = await startPool();
    const certificate = issueCertificate({ hosts: [name] });
    trust(certificate.cert);
    const proxy = await startProxy(to(pool), createHttpsServer(certificate));
    setProxy({ HTTPS_PROXY: `https://me:sesame@localhost:${proxy.port}` });

    const { answer } = await signIn();

    expect(answer.status).toBe(status);
    expect(pool.requests.length > 0).toBe(status === 502);
    expect(proxy.heard.length > 0).toBe(status === 502);
  },
);

test.each([
  ["nobody vouches for", [domainHost, issuerHost], false],
  ["is for another name", ["other.example"], true],
])(
  "TE-7: a tunnel to somebody whose certificate %s leads nowhere",
  async (_title, hosts, isTrusted) => {
    const impostor = await startPool({ hosts, isTrusted });
    const proxy = await startProxy(to(impostor));
    setProxy({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });

    const { answer } = await signIn();

    expect(answer.status).toBe(502);
    expect(answer.text).toContain("could not reach the sign-in service");
    expect(proxy.heard).not.toEqual([]);
    expect(impostor.requests).toEqual([]);
  },
);

test("a tunnel serves one call after another, also when the time to open it is over", async () => {
  const pool = await startPool();
  const proxy = await startProxy(to(pool));
  setProxy({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
  const clock = stopClock();
  const http = createCognitoHttp({ deadlineMs: 300 });

  for (let call = 0; call < 3; call += 1) {
    expect(await http.get(`https://${domainHost}/`)).toMatchObject({ status: 200 });
    await clock.pass(299);
  }

  expect(proxy.heard).toEqual([`CONNECT ${domainHost}:443`]);
  expect(pool.requests).toHaveLength(3);
});

test("TE-4: a proxy that answers too late, and then breaks off, costs a call and no more", async () => {
  const late: (() => void)[] = [];
  const proxy = await startProxy((client) => {
    client.resume();
    late.push(() => client.write("HTTP/1.1 200 OK\r\n\r\n", () => client.resetAndDestroy()));
  });
  setProxy({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });

  const { app, answer } = await signInTooLate(proxy);
  for (const answerLate of late) answerLate();

  expect(answer.status).toBe(504);
  expect(late).not.toEqual([]);
  // An error that nobody listens for would end the program, and fails the run of tests.
  await expect.poll(() => proxy.open()).toBe(0);
  expect((await fetch(app.appUrl)).status).toBe(200);
});

test("TE-4: a proxy that never answers holds no connection beyond the deadline", async () => {
  const proxy = await startProxy((client) => client.resume());
  setProxy({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });

  const { answer } = await signInTooLate(proxy);

  expect(answer.status).toBe(504);
  await expect.poll(() => proxy.open()).toBe(0);
});

function answerOf(status: string, body: object): string {
  const text = JSON.stringify(body);
  const headers = ["Content-Type: application/json", `Content-Length: ${text.length}`];
  return [`HTTP/1.1 ${status}`, ...headers, "", text].join("\r\n");
}

/** Starts an app with that pool as production does, and comes back to it from the hosted UI. */
async function signIn(options: StartOptions = {}) {
  const userPool = {
    domain: `https://${domainHost}`,
    issuer: `https://${issuerHost}/eu-west-1_Scripted1`,
    clientId: "5scripted1client2id3456789",
    clientSecret: "scriptedsecret0123456789abcdefghijklmnopqrstuvwxyz",
  };
  const app = await start({ userPool, ...options });
  await app.warmUp().catch(() => {});
  const visitor = createVisitor();
  const begun = await visitor.request("GET", `${app.appUrl}/login`);
  const state = new URL(begun.location ?? "").searchParams.get("state");
  const callback = `${app.appUrl}/logged-in?code=x&state=${state}`;
  return { app, answer: await visitor.request("GET", callback) };
}

/** The same through a proxy that opens no tunnel. */
async function signInTooLate(proxy: { heard: string[] }) {
  const clock = stopClock();
  return await clock.outlast(signIn(), () => proxy.heard.length);
}

/** Both hosts of a pool, which answer with nothing of use. */
async function startPool({ hosts = [domainHost, issuerHost], isTrusted = true } = {}) {
  const requests: string[] = [];
  const certificate = issueCertificate({ hosts });
  if (isTrusted) trust(certificate.cert);
  const server = createHttpsServer(certificate, ({ method, headers, url }, res) => {
    requests.push(`${method} ${headers.host}${url}`);
    res.writeHead(200, { "content-type": "application/json" }).end('{"keys":[]}');
  });
  return { port: await portOf(server), requests };
}

/** A proxy that does this with whoever asks for a tunnel, and notes what it was asked for and by whom. */
async function startProxy(onConnect: (client: Socket) => void, server: Server = createServer()) {
  const heard: string[] = [];
  const clients = new Set<Socket>();
  server.on("request", ({ method, url }: IncomingMessage, res: ServerResponse) => {
    heard.push(`${method} ${url}`);
    res.end();
  });
  server.on("connect", ({ method, url, headers }: IncomingMessage, client: Socket) => {
    const basic = headers["proxy-authorization"]?.replace("Basic ", "") ?? "";
    heard.push(`${method} ${url} ${Buffer.from(basic, "base64")}`.trim());
    clients.add(client);
    client.on("error", () => {}).on("end", () => client.end());
    client.on("close", () => clients.delete(client));
    onConnect(client);
  });
  return { port: await portOf(server), heard, open: () => clients.size };
}

/** Opens the tunnel, wherever it was to lead. */
function to({ port }: { port: number }): (client: Socket) => void {
  return (client) => {
    const onward = connect(port, "127.0.0.1");
    client.write("HTTP/1.1 200 OK\r\n\r\n");
    client.pipe(onward).pipe(client);
    for (const socket of [client, onward]) socket.on("error", () => onward.destroy());
  };
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
