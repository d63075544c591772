const periodSeconds = 30;
const secretBytes = 32; // 52 characters in base32, as Cognito's are.
const codePattern = /^[0-9]{6}$/;

/** Makes a secret for an authenticator app, in base32. */
export async function makeTotpSecret(): Promise<string> {
  const { Secret } = await import("otpauth");
  return new Secret({ size: secretBytes }).base32;
}

/**
 * Returns the time step, counted from 1970, that the code belongs to: the one of this moment, or the one before or
 * after it. Undefined for a wrong code. RFC 6238 with SHA-1, six digits and 30 seconds, which every app can do.
 */
export async function totpStepOf(
  code: string,
  secret: string,
  now: number,
): Promise<number | undefined> {
  if (!codePattern.test(code)) return undefined;
  const offset = (await totpOf(secret)).validate({ token: code, timestamp: now, window: 1 });
  return offset === null ? undefined : stepAt(now) + offset;
}

/** Returns the code that an app shows at a time step. */
export async function totpCodeAt(step: number, secret: string): Promise<string> {
  return (await totpOf(secret)).generate({ timestamp: step * periodSeconds * 1000 });
}

export function stepAt(now: number): number {
  return Math.floor(now / 1000 / periodSeconds);
}

/** Returns the otpauth address that a QR code holds, and that opens an authenticator app on a telephone. */
export async function otpauthAddress(
  secret: string,
  { issuer, label }: { issuer: string; label: string },
): Promise<string> {
  return (await totpOf(secret, { issuer, label })).toString();
}

/** Loaded with the first authenticator app: most sign-ins, and every start, do without. */
async function totpOf(secret: string, names = {}) {
  const { TOTP } = await import("otpauth");
  const shape = { algorithm: "SHA1", digits: 6, period: periodSeconds };
  return new TOTP({ secret, ...shape, ...names });
}
