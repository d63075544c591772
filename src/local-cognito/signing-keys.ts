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

export type TokenUse = "id" | "access";
export type Claims = Record<string, unknown>;

interface StoredKey {
  kid: string;
  privateJwk: JsonWebKey;
}

/** One key signs ID tokens, the other access tokens, as in a real pool. */
export type StoredSigningKeys = Record<TokenUse, StoredKey>;

export interface SigningKeys {
  /** The public halves of both keys, as `jwks.json` has them. */
  jwks: { keys: JsonWebKey[] };
  /** Returns an RS256 JWT whose header is `kid` and `alg` and nothing else. */
  sign(use: TokenUse, claims: Claims): Promise<string>;
  /** Returns the claims of a token that the key for this use has signed, or undefined; looks at no claim. */
  verify(use: TokenUse, token: string): Promise<Claims | undefined>;
}

const generate = promisify(generateKeyPair);
const signAsync = promisify(sign);
const verifyAsync = promisify(verify);
const claimsShape = z.record(z.string(), z.unknown());

/** Makes two RSA-2048 keys, both at once and off the main thread. */
export async function generateSigningKeys(): Promise<StoredSigningKeys> {
  const [id, access] = await Promise.all([generateStoredKey(), generateStoredKey()]);
  return { id, access };
}

async function generateStoredKey(): Promise<StoredKey> {
  const { privateKey } = await generate("rsa", { modulusLength: 2048 });
  return {
    kid: randomBytes(32).toString("base64"),
    privateJwk: privateKey.export({ format: "jwk" }),
  };
}

/** Brings the stored keys into use. */
export function importSigningKeys(stored: StoredSigningKeys): SigningKeys {
  const keys = { id: importKey(stored.id), access: importKey(stored.access) };
  return {
    jwks: { keys: [publicJwk(keys.id), publicJwk(keys.access)] },
    sign: (use, claims) => signToken(keys[use], claims),
    verify: (use, token) => verifyToken(keys[use], token),
  };
}

interface ImportedKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

function importKey({ kid, privateJwk }: StoredKey): ImportedKey {
  const privateKey = createPrivateKey({ key: privateJwk, format: "jwk" });
  return { kid, privateKey, publicKey: createPublicKey(privateKey) };
}

function publicJwk({ kid, publicKey }: ImportedKey): JsonWebKey {
  const { e, n } = publicKey.export({ format: "jwk" });
  return { alg: "RS256", e: e ?? "", kid, kty: "RSA", n: n ?? "", use: "sig" };
}

async function signToken(key: ImportedKey, claims: Claims): Promise<string> {
  const signed = `${encode({ kid: key.kid, alg: "RS256" })}.${encode(claims)}`;
  const signature = await signAsync("RSA-SHA256", Buffer.from(signed), key.privateKey);
  return `${signed}.${signature.toString("base64url")}`;
}

async function verifyToken(key: ImportedKey, token: string): Promise<Claims | undefined> {
  const parts = token.split(".");
  const [header, payload, signature] = parts;
  if (!header || !payload || !signature || parts.length > 3) return undefined;
  if (!parts.every(isBase64url)) return undefined;
  if (header !== encode({ kid: key.kid, alg: "RS256" })) return undefined;
  const isOurs = await verifyAsync(
    "RSA-SHA256",
    Buffer.from(`${header}.${payload}`),
    key.publicKey,
    Buffer.from(signature, "base64url"),
  );
  return isOurs ? decode(payload) : undefined;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

// Buffer reads around padding and foreign characters, so that one token would have many spellings.
function isBase64url(part: string): boolean {
  return Buffer.from(part, "base64url").toString("base64url") === part;
}

function decode(payload: string): Claims {
  return claimsShape.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
}
