import { createHash, type JsonWebKey, randomUUID } from "node:crypto";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { noteSecret } from "./canary.ts";
import { type Answer, answer } from "./faults.ts";
import { signJwt } from "./jwt.ts";
import {
  accessTokenClaims,
  type Claims,
  createUser,
  type Grant,
  idTokenClaims,
  lifetimeSeconds,
} from "./pool-claims.ts";
import { generateSigningKey, type SigningKey, signingKeys } from "./signing-keys.ts";

/** One request as the provider received it. */
export interface RecordedRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What a scripted answer can be made from. */
export interface TokenContext {
  grant: Grant;
  /** The token request's form. */
  params: URLSearchParams;
  /** The ID token's claims, as signed. */
  claims: Claims;
  accessToken: string;
  /** The answer that an unscripted provider would give. */
  body: Record<string, unknown>;
}

/** One call of the JSON API, and what a user who has nothing but a profile gets for it. */
export interface ApiCall {
  operation: string;
  input: Record<string, unknown>;
  good: object;
}

/** What a test tells the provider to do differently; whatever is left out is done well. */
export interface Script {
  /** Changes the ID token's claims before it is signed. */
  claims?: (claims: Claims) => Claims;
  /** Changes the ID token's header before it is signed. */
  header?: (header: Claims) => Claims;
  /** Replaces the finished ID token. */
  jwt?: (jwt: string, context: Omit<TokenContext, "body">) => string;
  /** Changes the access token's claims, before `at_hash` is taken. */
  accessToken?: (claims: Claims) => Claims;
  /** Changes the body of a good token response. */
  tokenBody?: (body: Record<string, unknown>) => object;
  /** Takes the token response over, whether the request was good or (without a context) not. */
  tokenAnswer?: ((res: ServerResponse, context?: TokenContext) => void | Promise<void>) | undefined;
  jwksAnswer?: Answer | undefined;
  discoveryAnswer?: Answer;
  revokeAnswer?: Answer;
  authorizeAnswer?: Answer;
  /** Takes over the answers of the JSON API; `good` is what it would answer to that operation. */
  apiAnswer?: ((res: ServerResponse, call: ApiCall) => void | Promise<void>) | undefined;
  /** Checks of the token request that are left out. */
  ignores?: Check[];
}

export type Check = "client" | "pkce" | "redirect_uri" | "single_use";

export interface ScriptedProviderOptions {
  clientSecret?: string;
  now?: () => number;
  /** Whether each refresh answers with a new refresh token and ends the old one. */
  rotatesRefreshTokens?: boolean;
}

/** A pool-shaped provider that does what a test tells it, on one loopback origin. */
export interface ScriptedProvider {
  issuer: string;
  jwksUri: string;
  /** The origin that stands for the user pool domain. */
  domain: string;
  clientId: string;
  clientSecret: string;
  /** Who signs in next; claims of the ID token, `username` aside. */
  user: Claims;
  requests: RecordedRequest[];
  /** How often that path was asked for. */
  count(path: string): number;
  /** Follows the script in every answer from now on. */
  script(script: Script): void;
  /** Follows the script once: each of its parts in the next answer that it applies to. */
  scriptNext(script: Script): void;
  /** Forgets scripts, requests and grants; the keys stay. */
  reset(): void;
  /** The key that signs ID tokens now. */
  signingKey: SigningKey;
  /** The other published key, which signs access tokens. */
  accessKey: SigningKey;
  publicJwk: JsonWebKey;
  /** The keys that the JWKS publishes; a test may change the list. */
  publishedJwks: JsonWebKey[];
  /** Signs ID tokens with a new key from now on, beside or in place of the old one. */
  rotateKeys(options?: { keepOld?: boolean }): Promise<void>;
  /** Refuses connections, until `comeBack`. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** A client secret that shows whether it was encoded on the way: Cognito wants it as it is. */
export const awkwardClientSecret = "s3cr:et%2B+with space and é";

const poolId = "eu-west-1_Scripted1";
/** Starts a provider on a free port of 127.0.0.1. */
export async function createScriptedProvider(
  options: ScriptedProviderOptions = {},
): Promise<ScriptedProvider> {
  const { now = Date.now, rotatesRefreshTokens = false } = options;
  const keys = await signingKeys();
  const codes = new Map<string, Grant>();
  const spentCodes = new Set<string>();
  const refreshTokens = new Map<string, Grant>();
  let always: Script = {};
  let next: Script = {};

  const server = createServer((req, res) => {
    // A fault may end the connection while an answer is on its way.
    res.on("error", () => {});
    void receive(req, res).catch((error: Error) => {
      res.destroy();
      // A fault of the script's is the test's to hear of; a client that hung up is not.
      if (!req.errored) throw error;
    });
  });
  const port = await listen(server, 0);
  const domain = `http://127.0.0.1:${port}`;
  const issuer = `${domain}/${poolId}`;

  const provider: ScriptedProvider = {
    issuer,
    jwksUri: `${issuer}/.well-known/jwks.json`,
    domain,
    clientId: "5scripted1client2id3456789",
    clientSecret: options.clientSecret ?? "scriptedsecret0123456789abcdefghijklmnopqrstuvwxyz",
    user: createUser("mira"),
    requests: [],
    count: (path) => provider.requests.filter((request) => request.path === path).length,
    script: (script) => {
      always = { ...always, ...script };
    },
    scriptNext: (script) => {
      next = { ...next, ...script };
    },
    reset() {
      always = {};
      next = {};
      provider.requests.length = 0;
      for (const kept of [codes, spentCodes, refreshTokens]) kept.clear();
    },
    signingKey: keys.idTokens,
    accessKey: keys.accessTokens,
    get publicJwk() {
      return provider.signingKey.publicJwk;
    },
    publishedJwks: [keys.idTokens.publicJwk, keys.accessTokens.publicJwk],
    async rotateKeys({ keepOld = false } = {}) {
      const old = provider.signingKey.publicJwk;
      provider.signingKey = await generateSigningKey();
      const others = provider.publishedJwks.filter((jwk) => keepOld || jwk !== old);
      provider.publishedJwks = [provider.publicJwk, ...others];
    },
    goDown: () => stop(server),
    comeBack: async () => void (await listen(server, port)),
    close: () => stop(server),
  };
  return provider;

  async function receive(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? "/", domain);
    const request: RecordedRequest = {
      method: req.method ?? "",
      path: url.pathname,
      query: url.searchParams,
      headers: req.headers,
      body: await text(req),
    };
    provider.requests.push(request);
    noteSecretsIn(request);
    res.setHeader("x-amz-cognito-request-id", randomUUID());
    await route(request)(res);
  }

  function route(request: RecordedRequest): Answer {
    switch (`${request.method} ${request.path}`) {
      case `GET /${poolId}/.well-known/openid-configuration`:
        return take("discoveryAnswer") ?? answer(200, discoveryDocument(domain, issuer));
      case `GET /${poolId}/.well-known/jwks.json`:
        return take("jwksAnswer") ?? answer(200, { keys: provider.publishedJwks });
      case "GET /oauth2/authorize":
      case "GET /signup":
      case "GET /login":
      case "GET /passkeys/add":
        return take("authorizeAnswer") ?? authorize(request.query);
      case "POST /oauth2/token":
        return (res) => answerTokenRequest(request, res);
      case "POST /oauth2/revoke":
        return take("revokeAnswer") ?? revoke(request);
      case "POST /":
        return callApi(request);
      case "GET /logout":
        return redirect(
          request.query.get("logout_uri") ?? request.query.get("redirect_uri") ?? "/",
        );
      default:
        return answer(request.path === "/oauth2/token" ? 405 : 404);
    }
  }

  /** A part that was scripted for once is used up by the taking. */
  function take<Part extends keyof Script>(part: Part): Script[Part] {
    const taken = next[part] ?? always[part];
    delete next[part];
    return taken;
  }

  function authorize(query: URLSearchParams): Answer {
    const redirectUri = query.get("redirect_uri") ?? "";
    if (!URL.canParse(redirectUri))
      return answer(400, "Required String parameter 'redirect_uri' is not present");
    const code = randomUUID();
    noteSecret("code", code);
    codes.set(code, {
      user: provider.user,
      redirectUri,
      scope: query.get("scope") ?? "openid",
      nonce: query.get("nonce") ?? undefined,
      codeChallenge: query.get("code_challenge") ?? undefined,
      originJti: randomUUID(),
      eventId: randomUUID(),
      authTime: Math.floor(now() / 1000),
    });
    const callback = new URL(redirectUri);
    callback.searchParams.set("code", code);
    const state = query.get("state");
    if (state !== null) callback.searchParams.set("state", state);
    return redirect(callback.href);
  }

  async function answerTokenRequest(request: RecordedRequest, res: ServerResponse): Promise<void> {
    const params = new URLSearchParams(request.body);
    const ignores = take("ignores") ?? [];
    const tokenAnswer = take("tokenAnswer");
    const refusal = refuse(request, params, ignores);
    if (refusal) return (tokenAnswer ?? answer(400, { error: refusal }))(res);

    const context = createTokens(params, grantOf(params) as Grant);
    await (tokenAnswer ?? answer(200, context.body))(res, context);
  }

  function grantOf(params: URLSearchParams): Grant | undefined {
    return params.get("grant_type") === "refresh_token"
      ? refreshTokens.get(params.get("refresh_token") ?? "")
      : codes.get(params.get("code") ?? "");
  }

  function refuse(
    { headers }: RecordedRequest,
    params: URLSearchParams,
    ignores: Check[],
  ): string | undefined {
    const checks = (name: Check) => !ignores.includes(name);
    const code = params.get("code") ?? "";
    const isRefresh = params.get("grant_type") === "refresh_token";
    const grant = grantOf(params);

    if (!headers["content-type"]?.startsWith("application/x-www-form-urlencoded"))
      return "invalid_request";
    if (checks("client") && !isOurClient(headers.authorization)) return "invalid_client";
    if (!isRefresh && params.get("grant_type") !== "authorization_code")
      return "unsupported_grant_type";
    if (!grant) return "invalid_grant";
    if (isRefresh) return undefined;
    if (checks("single_use") && spentCodes.has(code)) return "invalid_grant";
    spentCodes.add(code);
    if (checks("redirect_uri") && params.get("redirect_uri") !== grant.redirectUri)
      return "invalid_grant";
    if (checks("pkce") && !provesPossession(params, grant)) return "invalid_grant";
    return undefined;
  }

  function isOurClient(authorization = ""): boolean {
    const credentials = Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString(
      "utf8",
    );
    return credentials === `${provider.clientId}:${provider.clientSecret}`;
  }

  function createTokens(params: URLSearchParams, grant: Grant): TokenContext {
    const isRefresh = params.get("grant_type") === "refresh_token";
    const facts = { issuer, clientId: provider.clientId, now: now() };
    const accessClaims = (take("accessToken") ?? same)(accessTokenClaims(grant, facts));
    const accessToken = signJwt(
      header(provider.accessKey),
      accessClaims,
      provider.accessKey.privateKey,
    );

    const claims = (take("claims") ?? same)(idTokenClaims(grant, facts, accessToken, isRefresh));
    const idHeader = (take("header") ?? same)(header(provider.signingKey));
    const signed = signJwt(idHeader, claims, provider.signingKey.privateKey);
    const idToken = take("jwt")?.(signed, { grant, params, claims, accessToken }) ?? signed;

    const body = (take("tokenBody") ?? same)({
      ...(grant.scope.split(" ").includes("openid") && { id_token: idToken }),
      access_token: accessToken,
      ...refreshTokenFor(grant, params),
      expires_in: lifetimeSeconds,
      token_type: "Bearer",
    }) as Record<string, unknown>;
    for (const name of ["id_token", "access_token", "refresh_token"]) {
      noteSecret(`the ${name}`, body[name]);
    }
    return { grant, params, claims, accessToken, body };
  }

  function refreshTokenFor(grant: Grant, params: URLSearchParams): { refresh_token?: string } {
    const old = params.get("refresh_token");
    if (old !== null && !rotatesRefreshTokens) return {};
    if (old !== null) refreshTokens.delete(old);
    // Cognito's is an encrypted JWT: five parts that no client may look into.
    const token = ["eyJjdHkiOiJKV1QifQ", ...Array.from({ length: 4 }, randomUUID)].join(".");
    refreshTokens.set(token, grant);
    return { refresh_token: token };
  }

  function callApi({ headers, body }: RecordedRequest): Answer {
    const operation = String(headers["x-amz-target"]).replace(/^.*\./, "");
    const input = JSON.parse(body) as Record<string, unknown>;
    const { "cognito:username": Username, ...claims } = provider.user;
    const UserAttributes = Object.entries(claims).map(([Name, Value]) => ({
      Name,
      Value: String(Value),
    }));
    const good = operation === "GetUser" ? { Username, UserAttributes } : {};
    const apiAnswer = take("apiAnswer");
    return apiAnswer ? (res) => apiAnswer(res, { operation, input, good }) : answer(200, good);
  }

  function revoke({ headers, body }: RecordedRequest): Answer {
    if (!isOurClient(headers.authorization)) return answer(401, { error: "invalid_client" });
    refreshTokens.delete(new URLSearchParams(body).get("token") ?? "");
    return answer(200);
  }
}

function discoveryDocument(domain: string, issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    authorization_endpoint: `${domain}/oauth2/authorize`,
    token_endpoint: `${domain}/oauth2/token`,
    userinfo_endpoint: `${domain}/oauth2/userInfo`,
    revocation_endpoint: `${domain}/oauth2/revoke`,
    end_session_endpoint: `${domain}/logout`,
    response_types_supported: ["code", "token"],
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  };
}

/** What the app sends that nobody else may see (CF-2). */
function noteSecretsIn({ headers, query, body }: RecordedRequest): void {
  noteSecret("the client's credentials", headers.authorization);
  const form = new URLSearchParams(body);
  for (const name of ["code_verifier", "code", "refresh_token", "token"]) {
    noteSecret(name, form.get(name));
  }
  for (const name of ["state", "nonce"]) noteSecret(name, query.get(name));
}

/** Cognito's header has these two members and no `typ`. */
function header({ kid }: SigningKey): Claims {
  return { kid, alg: "RS256" };
}

/** RFC 7636 §4.6. */
function provesPossession(params: URLSearchParams, { codeChallenge }: Grant): boolean {
  if (codeChallenge === undefined) return true;
  const verifier = params.get("code_verifier") ?? "";
  return createHash("sha256").update(verifier).digest("base64url") === codeChallenge;
}

function redirect(location: string): Answer {
  return answer(302, "", { location });
}

function same<Value>(value: Value): Value {
  return value;
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function stop(server: ReturnType<typeof createServer>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
