import { assumptions } from "../../../src/local-cognito/assumptions.ts";
import type { PoolUnderTest } from "../pool-under-test.ts";
import type { Question } from "../question.ts";

const { discoveryNamesRevocation, discoveryNamesPkce } = assumptions;

export const discoveryQuestions: Question[] = [
  {
    section: "1.4",
    title: "discovery names the issuer, its keys and the endpoints on the domain",
    async ask(pool) {
      const { status, headers, document } = await discover(pool);
      const { issuer, jwks_uri, authorization_endpoint, token_endpoint } = document;
      const { userinfo_endpoint, end_session_endpoint } = document;
      return {
        status,
        isJson: /^application\/json/.test(headers["content-type"] ?? ""),
        ...{ issuer, jwks_uri, authorization_endpoint, token_endpoint },
        ...{ userinfo_endpoint, end_session_endpoint },
      };
    },
    expected: ({ issuer, domain }) => ({
      status: 200,
      isJson: true,
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      authorization_endpoint: `${domain}/oauth2/authorize`,
      token_endpoint: `${domain}/oauth2/token`,
      userinfo_endpoint: `${domain}/oauth2/userInfo`,
      end_session_endpoint: `${domain}/logout`,
    }),
    note: "A pool with a custom domain advertises that one alone.",
  },
  {
    section: "1.4",
    title: "discovery names what the pool can do",
    async ask(pool) {
      const { document } = await discover(pool);
      return {
        response_types_supported: document.response_types_supported,
        scopes_supported: document.scopes_supported,
        subject_types_supported: document.subject_types_supported,
        id_token_signing_alg_values_supported: document.id_token_signing_alg_values_supported,
        token_endpoint_auth_methods_supported: document.token_endpoint_auth_methods_supported,
      };
    },
    expected: () => ({
      response_types_supported: ["code", "token"],
      scopes_supported: ["openid", "email", "phone", "profile"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    }),
  },
  {
    section: "1.4",
    title: "discovery names the revocation endpoint",
    ask: async (pool) => ({
      revocation_endpoint: (await discover(pool)).document.revocation_endpoint,
    }),
    expected: ({ domain }) => ({
      revocation_endpoint: discoveryNamesRevocation ? `${domain}/oauth2/revoke` : undefined,
    }),
    unsure: "discoveryNamesRevocation",
  },
  {
    section: "1.4",
    title: "discovery says nothing of PKCE",
    ask: async (pool) => ({
      code_challenge_methods_supported: (await discover(pool)).document
        .code_challenge_methods_supported,
    }),
    expected: () => ({
      code_challenge_methods_supported: discoveryNamesPkce ? ["S256"] : undefined,
    }),
    unsure: "discoveryNamesPkce",
  },
  {
    section: "1.1",
    title: "discovery is not on the domain",
    async ask({ send, domain, issuer }) {
      const { text } = await send("GET", `${domain}/.well-known/openid-configuration`);
      return { namesTheIssuer: text.includes(issuer) };
    },
    expected: () => ({ namesTheIssuer: false }),
  },
  {
    section: "4.4",
    title: "the key set has two RSA keys of 2,048 bits for RS256",
    async ask({ send, issuer }) {
      const { status, text } = await send("GET", `${issuer}/.well-known/jwks.json`);
      const { keys } = JSON.parse(text) as { keys: Record<string, string>[] };
      const kids = keys.map(({ kid = "" }) => kid);
      return {
        status,
        keys: keys.map(({ kty, alg, use, e, n = "" }) => {
          const bits = Buffer.from(n, "base64url").length * 8;
          return { kty, alg, use, e, bits };
        }),
        kids: new Set(kids).size,
        haveKidsOf32Bytes: kids.every((kid) => /^[A-Za-z0-9+/]{43}=$/.test(kid)),
      };
    },
    expected: () => {
      const key = { kty: "RSA", alg: "RS256", use: "sig", e: "AQAB", bits: 2048 };
      return { status: 200, keys: [key, key], kids: 2, haveKidsOf32Bytes: true };
    },
    note: "Soon after a rotation there may be more than two.",
  },
  {
    section: "4.4",
    title: "the key set may be cached",
    async ask({ send, issuer }) {
      const { headers } = await send("GET", `${issuer}/.well-known/jwks.json`);
      return { "cache-control": headers["cache-control"] };
    },
    expected: () => ({ "cache-control": assumptions.keySetCacheControl }),
    unsure: "keySetCacheControl",
  },
];

async function discover({ send, issuer }: PoolUnderTest) {
  const { status, headers, text } = await send("GET", `${issuer}/.well-known/openid-configuration`);
  return { status, headers, document: JSON.parse(text) as Record<string, unknown> };
}
