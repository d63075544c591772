import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { onTestFinished } from "vitest";

/** An API behind an app: it answers who asks with the owner of a good access token, and remembers the tokens. */
export async function startOrdersApi() {
  const tokens: string[] = [];
  let cognito = "";
  const server = createServer(async (req, res) => {
    const token = req.headers.authorization?.replace(/^Bearer /, "") ?? "";
    tokens.push(token);
    const answer = await verify(token).then(
      ({ payload }) => ({ of: payload.username, scope: payload.scope }),
      (error: Error) => ({ refused: error.message }),
    );
    res.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  });

  async function verify(token: string) {
    const overview = await fetch(`${cognito}/_local`, { headers: { accept: "application/json" } });
    const { issuer, clientId } = (await overview.json()) as { issuer: string; clientId: string };
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    const verified = await jwtVerify(token, keys, { issuer, algorithms: ["RS256"] });
    const { token_use, client_id } = verified.payload;
    if (token_use !== "access" || client_id !== clientId) throw new Error("not for this API");
    return verified;
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens,
    /** Believes this pool from now on. */
    trust(origin: string) {
      cognito = origin;
    },
  };
}
