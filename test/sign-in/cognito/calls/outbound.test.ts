import { once } from "node:events";
import { createServer } from "node:http";
import net, { type AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { signJwt } from "../../../support/jwt.ts";
import { createUser } from "../../../support/pool-claims.ts";
import { providerForAll } from "../../../support/provider-for-all.ts";
import { signInAtProvider } from "../../../support/refused.ts";
import { signedInHeading } from "../../../support/signed-in.ts";
import { signingKeys } from "../../../support/signing-keys.ts";
import { start } from "../../../support/start.ts";
import { createVisitor } from "../../../support/visitor.ts";

const provider = providerForAll();

// In every other test a connection beyond loopback throws, and fails the test even where that is caught (setup.ts).
describe("CF-6: the app", () => {
  test("connects to the configured pool and to nothing else, whatever tokens, answers and requests name", async () => {
    const stranger = await startStranger();
    for (const name of ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]) {
      vi.stubEnv(name, stranger.url);
    }
    onTestFinished(() => void vi.unstubAllEnvs());
    const app = await start({ userPool: provider() });
    const visitor = createVisitor();
    const { url } = stranger;
    provider().user = createUser("mira", { picture: url, profile: url, website: url });
    const destinations = watchConnections();

    await app.warmUp();
    const page = await signInAtProvider(visitor, app);
    await visitor.visit(`${app.appUrl}/logged-in`);
    await visitor.request(
      "GET",
      `${app.appUrl}/login?returnTo=${url}&redirect_uri=${url}&iss=${url}`,
    );
    await visitor.request(
      "GET",
      `${app.appUrl}/logged-in?code=x&state=y&iss=${url}&error_uri=${url}`,
    );
    await visitor.request("POST", `${app.appUrl}/logout?logout_uri=${url}`);
    for (const script of await hostileTokens(url)) {
      provider().scriptNext(script);
      expect((await signInAtProvider(createVisitor(), app)).status).toBe(502);
    }

    expect(page.heading).toBe(signedInHeading);
    expect(stranger.heard).toEqual([]);
    const { port } = new URL(provider().domain);
    expect([...destinations].sort()).toEqual([`127.0.0.1:${port}`, `localhost:${app.port}`].sort());
  });

  /** Tokens and answers that would lead a trusting verifier elsewhere. */
  async function hostileTokens(url: string) {
    const { stranger: key } = await signingKeys();
    const signedBy = (header: object, claims: object) =>
      signJwt({ alg: "RS256", kid: key.kid, ...header }, claims, key.privateKey);
    return [
      {
        jwt: (_: string, { claims }: { claims: object }) =>
          signedBy({ jku: `${url}/jwks.json` }, claims),
      },
      {
        jwt: (_: string, { claims }: { claims: object }) =>
          signedBy({ x5u: `${url}/x.pem` }, claims),
      },
      { claims: (claims: object) => ({ ...claims, iss: url }) },
      { tokenAnswer: redirectTo(url) },
      {
        jwt: (_: string, { claims }: { claims: object }) => signedBy({}, claims),
        jwksAnswer: redirectTo(url),
      },
    ];
  }

  const redirectTo = (location: string) => (res: import("node:http").ServerResponse) =>
    void res.writeHead(307, { location }).end();
});

/** A server that nobody has any business with. */
async function startStranger(): Promise<{ url: string; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((req, res) => {
    heard.push(req.url ?? "");
    res.end("{}");
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

/** Every host and port that this process connects to from now on, until the test is over. */
function watchConnections(): Set<string> {
  const destinations = new Set<string>();
  const { connect } = net.Socket.prototype;
  const spy = vi.spyOn(net.Socket.prototype, "connect").mockImplementation(function (
    this: net.Socket,
    ...args: unknown[]
  ) {
    const [{ host, port }] = args[0] as [net.TcpNetConnectOpts];
    destinations.add(`${host}:${port}`);
    return Reflect.apply(connect, this, args);
  } as typeof connect);
  onTestFinished(() => void spy.mockRestore());
  return destinations;
}
