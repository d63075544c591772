import { constants, createHmac, type KeyLike, sign } from "node:crypto";

/** A header or payload: an object, or the exact text for what no JSON library would write. */
export type Segment = object | string | Buffer;

/** Signs anything at all, with the RSA algorithm named in the header (RS256 where none is). */
export function signJwt(header: Segment, payload: Segment, key: KeyLike): string {
  const alg = (header as { alg?: unknown }).alg;
  const { size, pss } = rsaAlgorithm(alg);
  const input = signingInput(header, payload);
  const padding = pss ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const options = { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  const signature = sign(`sha${size}`, Buffer.from(input), options as Parameters<typeof sign>[2]);
  return `${input}.${signature.toString("base64url")}`;
}

/** Makes a token whose signature is a keyed hash, as an attacker does who holds nothing but the public key. */
export function hmacJwt(header: Segment, payload: Segment, key: string | Buffer): string {
  const size = String((header as { alg?: unknown }).alg).slice(2);
  const input = signingInput(header, payload);
  return `${input}.${createHmac(`sha${size}`, key).update(input).digest("base64url")}`;
}

/** Makes a token with an empty signature. */
export function unsignedJwt(header: Segment, payload: Segment): string {
  return `${signingInput(header, payload)}.`;
}

function signingInput(header: Segment, payload: Segment): string {
  return `${encode(header)}.${encode(payload)}`;
}

function encode(segment: Segment): string {
  const isExact = typeof segment === "string" || Buffer.isBuffer(segment);
  return Buffer.from(isExact ? segment : JSON.stringify(segment)).toString("base64url");
}

function rsaAlgorithm(alg: unknown): { size: string; pss: boolean } {
  const [, family, size] = /^(RS|PS)(256|384|512)$/.exec(String(alg)) ?? ["", "RS", "256"];
  return { size: String(size), pss: family === "PS" };
}
