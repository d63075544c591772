import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const periodSeconds = 30;
const secretBytes = 32; // 52 characters in base32, as Cognito's are.
const codePattern = /^[0-9]{6}$/;

/** Makes a secret for an authenticator app, in base32. */
export function makeTotpSecret(): string {
  return toBase32(randomBytes(secretBytes));
}

/**
 * Returns the time step, counted from 1970, that the code belongs to: the one of this moment, or the one before or
 * after it. Undefined for a wrong code. RFC 6238 with SHA-1, six digits and 30 seconds, which every app can do.
 */
export function totpStepOf(code: string, secret: string, now: number): number | undefined {
  if (!codePattern.test(code)) return undefined;
  const step = stepAt(now);
  return [step, step - 1, step + 1].find((near) =>
    timingSafeEqual(Buffer.from(totpCodeAt(near, secret)), Buffer.from(code)),
  );
}

/** Returns the code that an app shows at a time step (RFC 4226, §5.3). */
export function totpCodeAt(step: number, secret: string): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac("sha1", fromBase32(secret)).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0xf;
  const truncated = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(truncated % 1_000_000).padStart(6, "0");
}

export function stepAt(now: number): number {
  return Math.floor(now / 1000 / periodSeconds);
}

/** Returns the otpauth address that a QR code holds, and that opens an authenticator app on a telephone. */
export function otpauthAddress(
  secret: string,
  { issuer, label }: { issuer: string; label: string },
): string {
  const [by, whose] = [issuer, label].map(encodeURIComponent);
  return `otpauth://totp/${by}:${whose}?issuer=${by}&secret=${secret}&algorithm=SHA1&digits=6&period=${periodSeconds}`;
}

/** RFC 4648, §6, without padding. */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function toBase32(bytes: Buffer): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => alphabet[Number.parseInt(five.padEnd(5, "0"), 2)])
    .join("");
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) =>
    alphabet.indexOf(letter).toString(2).padStart(5, "0"),
  ).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
