import type { Faults } from "express-cognito-sign-in/testing";
import { describe, expect, test } from "vitest";
import { runPool } from "../testing/support/pool.ts";
import { library } from "./support/library.ts";

const { isInstalled, load } = library("aws-jwt-verify", import.meta.url);
const { load: loadVerifier } = library("aws-jwt-verify/cognito-verifier", import.meta.url);
const { load: loadJwk } = library("aws-jwt-verify/jwk", import.meta.url);

const mira = { username: "mira", groups: ["editors"] };

/**
 * As its README has it: the generic verifier, with its Cognito checks, since `CognitoJwtVerifier` knows AWS's own
 * hosts alone. Its default fetcher speaks https alone, so it is given another for the key set, as the README shows.
 */
async function createVerifiers({ issuer, clientId }: { issuer: string; clientId: string }) {
  const { JwtVerifier } = load();
  const { validateCognitoJwtFields } = loadVerifier();
  const { SimpleJwksCache } = loadJwk();
  const fetcher = { fetch: async (uri: string) => (await fetch(uri)).arrayBuffer() };
  const jwksCache = new SimpleJwksCache({ fetcher });
  const verifierFor = (tokenUse: "id" | "access") =>
    JwtVerifier.create(
      {
        issuer,
        jwksUri: `${issuer}/.well-known/jwks.json`,
        audience: null,
        customJwtCheck: ({ payload }: { payload: object }) =>
          validateCognitoJwtFields(payload, { tokenUse, clientId, groups: "editors" }),
      },
      { jwksCache },
    );
  return { id: verifierFor("id"), access: verifierFor("access") };
}

describe.skipIf(!isInstalled)("aws-jwt-verify", () => {
  test("accepts both tokens, each for what it is", async () => {
    const pool = await runPool();
    const verifiers = await createVerifiers(pool);
    const { idToken, accessToken, sub } = await pool.signInAs(mira);

    expect((await verifiers.id.verify(idToken)).sub).toBe(sub);
    expect((await verifiers.access.verify(accessToken)).sub).toBe(sub);
    await expect(verifiers.id.verify(accessToken)).rejects.toThrow("Token use not allowed: access");
    await expect(verifiers.access.verify(idToken)).rejects.toThrow("Token use not allowed: id");
  });

  test("finds the keys of a pool that has rotated them", async () => {
    const pool = await runPool();
    const verifiers = await createVerifiers(pool);
    const before = await pool.signInAs(mira);
    await verifiers.id.verify(before.idToken);
    await pool.rotateKeys();

    const after = await pool.signInAs(mira);
    expect((await verifiers.id.verify(after.idToken)).sub).toBe(before.sub);
    expect((await verifiers.id.verify(before.idToken)).sub).toBe(before.sub);
  });

  test.each<[keyof Faults, string]>([
    ["expired", "Token expired"],
    ["otherAudience", "not allowed"],
    ["algNone", "does not consist of exactly 3 parts"],
    ["badSignature", "Invalid signature"],
    ["unknownKey", "not found in the JWKS"],
  ])("refuses both tokens where the fault is %s", async (fault, words) => {
    const pool = await runPool();
    Object.assign(pool.faults, { [fault]: true });
    const { idToken, accessToken } = await pool.signInAs(mira);

    await expect((await createVerifiers(pool)).id.verify(idToken)).rejects.toThrow(words);
    await expect((await createVerifiers(pool)).access.verify(accessToken)).rejects.toThrow(words);
  });

  test.each<[string, object, string]>([
    ["another issuer", { iss: "http://127.0.0.1:1/eu-west-1_Another01" }, "Issuer not allowed"],
    ["no group of ours", { "cognito:groups": ["readers"] }, "Cognito group not allowed"],
    ["a time yet to come", { nbf: 4_102_444_800 }, "Token can't be used before"],
  ])("refuses a token with %s", async (_name, claims, words) => {
    const pool = await runPool();
    const { id } = await createVerifiers(pool);
    const good = { "cognito:groups": ["editors"] };

    await id.verify(await pool.mint("id", good));
    const token = await pool.mint("id", { ...good, ...claims });
    await expect(id.verify(token)).rejects.toThrow(words);
  });
});
