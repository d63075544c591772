import { createHash } from "node:crypto";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { describe, expect, onTestFinished, test } from "vitest";
import { answer, resetMidBody } from "./faults.ts";
import { createUser } from "./pool-claims.ts";
import {
  awkwardClientSecret,
  createScriptedProvider,
  type ScriptedProvider,
} from "./scripted-provider.ts";
import { createVisitor } from "./visitor.ts";

const redirectUri = "http://localhost:1/logged-in";
const verifier = "v".repeat(43);

describe("the scripted provider", () => {
  test("unless told otherwise gives tokens that a strict client accepts", async () => {
    const provider = await start();
    provider.user = createUser("zoe", { "cognito:groups": ["editors"] });
    const { status, tokens } = await redeem(provider, await authorize(provider));

    expect(status).toBe(200);
    const { payload } = await verify(provider, tokens.id_token);
    expect(payload).toMatchObject({ token_use: "id", nonce: "n1", email: "zoe@example.org" });
    const access = await verify(provider, tokens.access_token);
    expect(access.payload).toMatchObject({ token_use: "access", "cognito:groups": ["editors"] });
    expect(access.protectedHeader.kid).not.toBe(provider.signingKey.kid);
    expect(provider.count("/oauth2/token")).toBe(1);
  });

  test("refuses a spent code, a wrong verifier and a wrong secret, unless told to ignore it", async () => {
    const provider = await start();
    const code = await authorize(provider);
    expect((await redeem(provider, code, { code_verifier: "w".repeat(43) })).tokens.error).toBe(
      "invalid_grant",
    );
    expect((await redeem(provider, code)).tokens.error).toBe("invalid_grant");
    expect((await redeem(provider, code, {}, "other")).tokens.error).toBe("invalid_client");

    provider.scriptNext({ ignores: ["client", "pkce", "single_use"] });
    expect((await redeem(provider, code, { code_verifier: "" }, "other")).status).toBe(200);
  });

  test("follows a script once or until it is reset, and what it changes is signed", async () => {
    const provider = await start();
    provider.scriptNext({ claims: (claims) => ({ ...claims, aud: "someone else" }) });
    const first = await redeem(provider, await authorize(provider));
    await expect(verify(provider, first.tokens.id_token)).rejects.toThrow(/"aud"/);
    await verify(provider, (await redeem(provider, await authorize(provider))).tokens.id_token);

    provider.script({ tokenAnswer: answer(503, "busy") });
    expect((await redeem(provider, await authorize(provider))).status).toBe(503);
    provider.script({ tokenAnswer: resetMidBody });
    const reset = await fetch(`${provider.domain}/oauth2/token`, { method: "POST" });
    await expect(reset.text()).rejects.toThrow();
    provider.reset();
    expect((await redeem(provider, await authorize(provider))).status).toBe(200);
  });

  test("rotates its key, and comes back from an outage at the same address", async () => {
    const provider = await start();
    const { tokens } = await redeem(provider, await authorize(provider));
    await provider.rotateKeys();
    await expect(verify(provider, tokens.id_token)).rejects.toThrow(/no applicable key/);

    await provider.goDown();
    await expect(authorize(provider)).rejects.toThrow(/ECONNREFUSED/);
    await provider.comeBack();
    const later = await redeem(provider, await authorize(provider));
    await verify(provider, later.tokens.id_token);
  });
});

async function start(): Promise<ScriptedProvider> {
  const provider = await createScriptedProvider({ clientSecret: awkwardClientSecret });
  onTestFinished(provider.close);
  return provider;
}

async function authorize(provider: ScriptedProvider): Promise<string> {
  const query = new URLSearchParams({
    redirect_uri: redirectUri,
    scope: "openid email",
    state: "s1",
    nonce: "n1",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
  });
  const { location } = await createVisitor().request(
    "GET",
    `${provider.domain}/oauth2/authorize?${query}`,
  );
  const callback = new URL(location ?? "");
  expect(callback.searchParams.get("state")).toBe("s1");
  return callback.searchParams.get("code") ?? "";
}

async function redeem(
  provider: ScriptedProvider,
  code: string,
  changes: Record<string, string> = {},
  secret = provider.clientSecret,
) {
  const credentials = Buffer.from(`${provider.clientId}:${secret}`).toString("base64");
  const { status, text } = await createVisitor().request(
    "POST",
    `${provider.domain}/oauth2/token`,
    {
      headers: { authorization: `Basic ${credentials}` },
      form: {
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
        ...changes,
      },
    },
  );
  return { status, tokens: text.startsWith("{") ? JSON.parse(text) : {} };
}

async function verify(provider: ScriptedProvider, token: string) {
  const { issuer, clientId } = provider;
  const isIdToken =
    JSON.parse(String(Buffer.from(token.split(".")[1] ?? "", "base64url"))).token_use === "id";
  return await jwtVerify(token, createRemoteJWKSet(new URL(provider.jwksUri)), {
    issuer,
    algorithms: ["RS256"],
    ...(isIdToken && { audience: clientId }),
  });
}
