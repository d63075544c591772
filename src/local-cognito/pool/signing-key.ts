import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from "node:crypto";
import { promisify } from "node:util";
import { z } from "zod";

export type Claims = Record<string, unknown>;

export interface StoredKey {
  kid: string;
  privateJwk: JsonWebKey;
}

/** A key that tokens can be checked with. */
export interface VerifyingKey {
  kid: string;
  publicKey: KeyObject;
}

export interface SigningKey extends VerifyingKey {
  privateKey: KeyObject;
}

const generate = promisify(generateKeyPair);
const signAsync = promisify(sign);
const verifyAsync = promisify(verify);
const claimsShape = z.record(z.string(), z.unknown());

/** Makes an RSA-2048 key, off the main thread. */
export async function generateStoredKey(): Promise<StoredKey> {
  const { privateKey } = await generate("rsa", { modulusLength: 2048 });
  return {
    kid: randomBytes(32).toString("base64"),
    privateJwk: privateKey.export({ format: "jwk" }),
  };
}

export function importKey({ kid, privateJwk }: StoredKey): SigningKey {
  const privateKey = createPrivateKey({ key: privateJwk, format: "jwk" });
  return { kid, privateKey, publicKey: createPublicKey(privateKey) };
}

export function importPublicJwk(kid: string, publicJwk: JsonWebKey): VerifyingKey {
  return { kid, publicKey: createPublicKey({ key: publicJwk, format: "jwk" }) };
}

/** The key as `jwks.json` has it. */
export function publicJwkOf({ kid, publicKey }: VerifyingKey): JsonWebKey {
  const { e, n } = publicKey.export({ format: "jwk" });
  return { alg: "RS256", e: e ?? "", kid, kty: "RSA", n: n ?? "", use: "sig" };
}

/** Returns an RS256 JWT whose header is `kid` and `alg` and nothing else. */
export async function signToken(key: SigningKey, claims: Claims): Promise<string> {
  const signed = `${encode({ kid: key.kid, alg: "RS256" })}.${encode(claims)}`;
  const signature = await signAsync("RSA-SHA256", Buffer.from(signed), key.privateKey);
  return `${signed}.${signature.toString("base64url")}`;
}

/** Returns the claims of a token that this key has signed, or undefined; looks at no claim. */
export async function verifyToken(
  { kid, publicKey }: VerifyingKey,
  token: string,
): Promise<Claims | undefined> {
  const parts = token.split(".");
  const [header, payload, signature] = parts;
  if (!header || !payload || !signature || parts.length > 3) return undefined;
  if (!parts.every(isBase64url)) return undefined;
  if (header !== encode({ kid, alg: "RS256" })) return undefined;
  const isOurs = await verifyAsync(
    "RSA-SHA256",
    Buffer.from(`${header}.${payload}`),
    publicKey,
    Buffer.from(signature, "base64url"),
  );
  return isOurs ? decode(payload) : undefined;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** Buffer reads around padding and foreign characters, so that one token would have many spellings. */
function isBase64url(part: string): boolean {
  return Buffer.from(part, "base64url").toString("base64url") === part;
}

function decode(payload: string): Claims {
  return claimsShape.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
}
