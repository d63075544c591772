import {
  constants,
  createHash,
  createHmac,
  createPublicKey,
  getDiffieHellman,
  publicEncrypt,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";

/*
 * SRP-6a with Cognito's own last step. Every number is hashed as Java writes a BigInteger: without leading zero bytes,
 * but with one where the top bit is set.
 */

const prime = getDiffieHellman("modp15").getPrime(); // RFC 3526 group 15
const generator = 2;
const N = toNumber(prime);
const k = toNumber(sha256(bytesOf(N), bytesOf(BigInt(generator))));

/** What a pool keeps so that a user can prove the password without sending it; all in hex. */
export interface SrpVerifier {
  salt: string;
  verifier: string;
}

/** Of whom and in which pool: the part of the pool's id behind the underscore, and the user's real name. */
export interface SrpIdentity {
  poolName: string;
  username: string;
}

/** The name of a pool as it is hashed. */
export function poolNameOf(userPoolId: string): string {
  return userPoolId.slice(userPoolId.indexOf("_") + 1);
}

/** Makes the verifier of a password, under a fresh salt unless one is given. */
export function makeSrpVerifier(
  { poolName, username }: SrpIdentity,
  password: string,
  salt = randomBytes(16).toString("hex"),
): SrpVerifier {
  const x = sha256(bytesOf(fromHex(salt)), sha256(`${poolName}${username}:${password}`));
  return { salt, verifier: power(BigInt(generator), x).toString(16) };
}

/** What the server keeps of the first step, in hex: its own secret, and what it has sent. */
export interface SrpChallenge {
  b: string;
  B: string;
}

/** Begins a proof: B goes to the client. */
export function beginSrp({ verifier }: SrpVerifier, b = randomBytes(32)): SrpChallenge {
  const B = (k * fromHex(verifier) + power(BigInt(generator), b)) % N;
  return { b: b.toString("hex"), B: B.toString(16) };
}

/** True for a value of A that can be reckoned with: hex, and no multiple of N. */
export function isUsableA(A: string): boolean {
  return /^[0-9a-f]{1,1024}$/i.test(A) && fromHex(A) % N !== 0n;
}

/** Returns the key that only somebody with the password can have as well. */
export function srpKey({ verifier }: SrpVerifier, { b, B }: SrpChallenge, A: string): Buffer {
  const u = sha256(bytesOf(fromHex(A)), bytesOf(fromHex(B)));
  const base = (fromHex(A) * power(fromHex(verifier), u)) % N;
  const S = power(base, Buffer.from(b, "hex"));
  const extracted = hmac(bytesOf(toNumber(u)), bytesOf(S));
  return hmac(extracted, "Caldera Derived Key\u0001").subarray(0, 16);
}

/** The proof: what both sides know, under the key. */
export interface SrpClaim {
  secretBlock: Buffer;
  timestamp: string;
  /** Base64. */
  signature: string;
}

/** Compares the client's signature with the right one, in a time that tells nothing. */
export function isSrpSignature(
  key: Buffer,
  { poolName, username }: SrpIdentity,
  { secretBlock, timestamp, signature }: SrpClaim,
): boolean {
  const expected = hmac(key, poolName, username, secretBlock, timestamp);
  const given = Buffer.from(signature, "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Base to the exponent modulo N. That is what RSA does to a message without padding, and OpenSSL takes a fifth of our own time. */
function power(base: bigint, exponent: Buffer): bigint {
  const jwk = { kty: "RSA", n: prime.toString("base64url"), e: exponent.toString("base64url") };
  const key = createPublicKey({ format: "jwk", key: jwk });
  const message = Buffer.from(base.toString(16).padStart(2 * prime.length, "0"), "hex");
  return toNumber(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, message));
}

function sha256(...parts: (Buffer | string)[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function hmac(key: Buffer, ...parts: (Buffer | string)[]): Buffer {
  const hash = createHmac("sha256", key);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function bytesOf(number: bigint): Buffer {
  const hex = number.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex");
}

function fromHex(hex: string): bigint {
  return BigInt(`0x${hex}`);
}

function toNumber(bytes: Buffer): bigint {
  return fromHex(bytes.toString("hex"));
}
