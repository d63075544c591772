import { hash, timingSafeEqual } from "node:crypto";
import type { JWTPayload } from "jose";
import { AppError } from "../errors.ts";
import type { SigningKeys } from "./signing-keys.ts";
import type { UserPool } from "./user-pool.ts";

/** What the ID token of a sign-in must match besides the pool's signature. */
export interface ExpectedIdToken {
  nonce: string;
  /** The access token that came with it, for `at_hash`. */
  accessToken: string;
}

/** What a refreshed ID token must match: it belongs to the same person, and may leave the nonce out. */
export interface ExpectedRefreshedIdToken {
  sub: string;
  /** As `hashNonce` makes it: the nonce itself is not kept. */
  nonceHash: string;
  accessToken: string;
}

interface Verifier {
  userPool: UserPool;
  keys: SigningKeys;
  now: () => number;
}

export type IdTokenClaims = JWTPayload & { sub: string; exp: number };

/** How far behind the pool's this machine's clock may be. */
export const clockToleranceSeconds = 60;
/** How old a token may seem, and so how far ahead this machine's clock may be: beyond that it is a fault to mend (DO-5). */
export const maxAgeSeconds = 10 * 60;
/**
 * A hundred groups with names of 128 characters are what AWS allows a user. Those are 103 KB in a token that writes each as
 * `\uXXXX`; the rest is for attributes. Twice that, the access token included, fits into the answer.
 */
const maxTokenLength = 128 * 1024;

/**
 * Verifies the ID token of a sign-in in full, always: form, RS256 signature by the pool's key set, issuer, audience,
 * authorized party, times, `token_use`, nonce, `at_hash` and subject (OpenID Connect Core §3.1.3.7, RFC 8725).
 * Throws AppError `id_token_invalid` with the failed check as its reason, or what `SigningKeys.find` throws.
 */
export async function verifyIdToken(
  idToken: string,
  expected: ExpectedIdToken,
  verifier: Verifier,
): Promise<IdTokenClaims> {
  const claims = await verify(idToken, expected.accessToken, verifier);
  if (!isSameText(claims.nonce, expected.nonce)) throw refuse("nonce");
  return claims;
}

/**
 * Verifies a refreshed ID token in the same way, with two differences: its nonce may be missing, and its subject must be
 * the one of the sign-in (OpenID Connect Core §12.2). Throws as `verifyIdToken` does.
 */
export async function verifyRefreshedIdToken(
  idToken: string,
  expected: ExpectedRefreshedIdToken,
  verifier: Verifier,
): Promise<IdTokenClaims> {
  const claims = await verify(idToken, expected.accessToken, verifier);
  if (claims.nonce !== undefined && !isNonceOf(claims.nonce, expected.nonceHash)) {
    throw refuse("nonce");
  }
  if (claims.sub !== expected.sub) throw refuse("sub");
  return claims;
}

/** What is kept of a nonce once its sign-in is over. */
export function hashNonce(nonce: string): string {
  return hash("sha256", nonce, "base64url");
}

async function verify(
  idToken: string,
  accessToken: string,
  verifier: Verifier,
): Promise<IdTokenClaims> {
  if (idToken.length > maxTokenLength) throw refuse("size");
  if (!isCompactJws(idToken)) throw refuse("form");

  const payload = await verifySignature(idToken, verifier);

  checkParties(payload, verifier.userPool.clientId);
  checkTimes(payload);
  if (payload.token_use !== "id") throw refuse("token_use", payload.token_use);
  checkAccessTokenHash(payload.at_hash, accessToken);
  if (!isSubject(payload.sub)) throw refuse("sub");
  return payload as IdTokenClaims;
}

function isNonceOf(nonce: unknown, nonceHash: string): boolean {
  return typeof nonce === "string" && isSameText(hashNonce(nonce), nonceHash);
}

/** RFC 7515 §7.1: three parts, each in the one spelling that its bytes have in base64url. */
function isCompactJws(token: string): boolean {
  const parts = token.split(".");
  const isCanonical = (part: string) =>
    part !== "" && Buffer.from(part, "base64url").toString("base64url") === part;
  return parts.length === 3 && parts.every(isCanonical);
}

/** A key that does not fit may be a wrong one under the right id: the key set gets one chance to say so. */
async function verifySignature(idToken: string, verifier: Verifier): Promise<JWTPayload> {
  try {
    return await verifyByKnownKeys(idToken, verifier);
  } catch (error) {
    if (!isBadSignature(error) || !(await verifier.keys.refresh())) throw error;
    return await verifyByKnownKeys(idToken, verifier);
  }
}

function isBadSignature(error: unknown): boolean {
  return error instanceof AppError && error.reason === "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
}

/** Signature, issuer, audience and times as jose checks them; it looks at none of what the other checks here do. */
async function verifyByKnownKeys(
  idToken: string,
  { userPool, keys, now }: Verifier,
): Promise<JWTPayload> {
  const { jwtVerify } = await import("jose");
  try {
    const { payload } = await jwtVerify(
      idToken,
      (header) => {
        checkHeader(header);
        return keys.find(header);
      },
      {
        algorithms: ["RS256"],
        issuer: userPool.issuer,
        audience: userPool.clientId,
        requiredClaims: ["exp", "iat", "sub"],
        clockTolerance: clockToleranceSeconds,
        // jose adds the tolerance.
        maxTokenAge: maxAgeSeconds - clockToleranceSeconds,
        currentDate: new Date(now()),
      },
    );
    return payload;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refuseForJose(error);
  }
}

/** The header may name a key of the pool and nothing else; keys that it brings along are never used (RFC 8725 §3.10). */
function checkHeader({ kid, typ, crit, b64 }: Record<string, unknown>): void {
  if (kid !== undefined && (typeof kid !== "string" || kid.length > 256)) throw refuse("kid");
  if (typ !== undefined && typ !== "JWT") throw refuse("typ");
  if (crit !== undefined) throw refuse("crit");
  if (b64 !== undefined) throw refuse("b64");
}

/** jose accepts an audience list with strangers in it, and any authorized party. */
function checkParties({ aud, azp }: JWTPayload, clientId: string): void {
  const audience = Array.isArray(aud) ? aud : [aud];
  if (audience.length !== 1 || audience[0] !== clientId) throw refuse("aud", aud);
  if (azp !== undefined && azp !== clientId) throw refuse("azp", azp);
}

/** jose lets `exp: 1e400` pass, which JSON reads as infinity. */
function checkTimes({ exp, iat, auth_time }: JWTPayload): void {
  if (!isDate(exp)) throw refuse("exp");
  if (!isDate(iat)) throw refuse("iat");
  if (auth_time !== undefined && !isDate(auth_time)) throw refuse("auth_time");
}

/** A number of seconds that a `Date` can hold. */
function isDate(seconds: unknown): boolean {
  return typeof seconds === "number" && !Number.isNaN(new Date(seconds * 1000).getTime());
}

/** OpenID Connect Core §3.1.3.8; the claim is optional in the code flow. */
function checkAccessTokenHash(atHash: unknown, accessToken: string): void {
  if (atHash === undefined) return;
  const digest = hash("sha256", accessToken, "buffer");
  if (!isSameText(atHash, digest.subarray(0, 16).toString("base64url"))) throw refuse("at_hash");
}

/** OpenID Connect Core §2: at most 255 ASCII characters; the empty one would make everybody the same person. */
function isSubject(sub: unknown): sub is string {
  return typeof sub === "string" && /^[\x21-\x7e]{1,255}$/.test(sub);
}

/** Compares in constant time; both sides are hashed so that their lengths do not show. */
function isSameText(actual: unknown, expected: string): boolean {
  if (typeof actual !== "string") return false;
  const digest = (text: string) => hash("sha256", text, "buffer");
  return timingSafeEqual(digest(actual), digest(expected));
}

function refuseForJose(error: unknown): AppError {
  const { code, claim } = error as { code?: unknown; claim?: unknown };
  if (typeof claim === "string") return refuse(claim);
  return refuse(typeof code === "string" ? code : "key");
}

/** Claims such as `aud` may be logged, as they are public names; nonce, hash and subject may not. */
function refuse(check: string, actual?: unknown): AppError {
  return new AppError("id_token_invalid", {
    reason: check,
    details: actual === undefined ? {} : { actual: written(actual).slice(0, 200) },
  });
}

/** Arrays in arrays, some thousands deep, can be read and not be written. */
function written(actual: unknown): string {
  try {
    return JSON.stringify(actual);
  } catch {
    return "nested too deeply";
  }
}
