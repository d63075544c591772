import { generateKeyPair, type JsonWebKey, type KeyObject, randomBytes } from "node:crypto";
import { promisify } from "node:util";

/** An RSA key under the key id that a JWKS publishes it by. */
export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** The public half as it stands in a JWKS. */
  publicJwk: JsonWebKey & { kid: string; alg: string; use: string };
}

const firstThree = Promise.all([generateSigningKey(), generateSigningKey(), generateSigningKey()]);

/** The keys of this process: one signs ID tokens, one access tokens, and the third belongs to a stranger. */
export async function signingKeys(): Promise<{
  idTokens: SigningKey;
  accessTokens: SigningKey;
  stranger: SigningKey;
}> {
  const [idTokens, accessTokens, stranger] = await firstThree;
  return { idTokens, accessTokens, stranger };
}

/** Makes one more key; its id is shaped as Cognito's are. */
export async function generateSigningKey(): Promise<SigningKey> {
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const kid = randomBytes(32).toString("base64");
  const publicJwk = { ...pair.publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" };
  return { kid, ...pair, publicJwk };
}
