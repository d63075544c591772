import { createHash, generateKeyPairSync, randomBytes, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** Who signs in, but that everybody has a `sub` of their own: nobody is signed in a thousand times. */
export const stubUser = {
  sub: "f1d3ff84-4329-4732-83f4-9a1c5e1b2d60",
  username: "mira",
  name: "Mira Example",
  email: "mira@example.com",
};

export interface ProviderStub {
  /** The pool's domain; nobody visits it, since `authorize` answers for the hosted UI. */
  domain: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Signs the stub's user in at once: takes the address that an app redirects to, returns the callback's. */
  authorize(location: string): string;
}

/**
 * The least of a user pool that every app under test can sign in with, and as quick as it can be: tokens of the size
 * of Cognito's, a signature for each ID token, the same answers for all.
 */
export async function startProviderStub(): Promise<ProviderStub> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const kid = randomBytes(32).toString("base64");
  const nonces = new Map<string, string>();
  let signedIn = 0;
  const [clientId, clientSecret] = ["bench-client", randomBytes(32).toString("base64url")];

  const server = createServer((req, res) => void answer(req, res));
  server.keepAliveTimeout = 10 * 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const domain = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${domain}/eu-west-1_Benchmark`;

  // The same for all, so that the stub has one signature less to make; nobody looks into it.
  const accessToken = jwt({
    iss: issuer,
    sub: stubUser.sub,
    token_use: "access",
    jti: filler(160),
  });
  const atHash = createHash("sha256").update(accessToken).digest().subarray(0, 16);

  const documents: Record<string, object> = {
    "/eu-west-1_Benchmark/.well-known/openid-configuration": {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      authorization_endpoint: `${domain}/oauth2/authorize`,
      token_endpoint: `${domain}/oauth2/token`,
      userinfo_endpoint: `${domain}/oauth2/userInfo`,
    },
    "/eu-west-1_Benchmark/.well-known/jwks.json": {
      keys: [{ ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" }],
    },
    "/oauth2/userInfo": { ...stubUser, email_verified: true },
    "/oauth2/revoke": {},
  };

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = req.url ?? "";
    const body = path === "/oauth2/token" ? tokens(await text(req)) : documents[path];
    const json = JSON.stringify(body ?? {});
    res.writeHead(body ? 200 : 404, {
      "content-type": "application/json;charset=UTF-8",
      "content-length": Buffer.byteLength(json),
    });
    res.end(json);
  }

  function tokens(form: string): object | undefined {
    const code = new URLSearchParams(form).get("code") ?? "";
    const nonce = nonces.get(code);
    if (nonce === undefined) return undefined;
    nonces.delete(code);
    const now = Math.floor(Date.now() / 1000);
    const { username, sub, ...claims } = stubUser;
    const idToken = jwt({
      ...claims,
      sub: `${sub.slice(0, -12)}${String(++signedIn).padStart(12, "0")}`,
      "cognito:username": username,
      email_verified: true,
      iss: issuer,
      aud: clientId,
      token_use: "id",
      nonce,
      at_hash: atHash.toString("base64url"),
      auth_time: now,
      iat: now,
      exp: now + 3600,
      jti: randomUUID(),
    });
    return {
      id_token: idToken,
      access_token: accessToken,
      refresh_token: filler(1200),
      expires_in: 3600,
      token_type: "Bearer",
    };
  }

  function jwt(claims: object): string {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
    const input = `${encode({ kid, alg: "RS256" })}.${encode(claims)}`;
    return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
  }

  return {
    domain,
    issuer,
    clientId,
    clientSecret,
    authorize(location) {
      const { searchParams } = new URL(location);
      const code = randomUUID();
      nonces.set(code, searchParams.get("nonce") ?? "");
      const answer = new URLSearchParams({ code, state: searchParams.get("state") ?? "" });
      return `${searchParams.get("redirect_uri")}?${answer}`;
    },
  };
}

function filler(bytes: number): string {
  return randomBytes(bytes).toString("base64url");
}
