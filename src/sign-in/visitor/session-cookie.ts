import { unsign } from "cookie-signature";
import {
  type CookieOptions,
  cookieName,
  cookieOptions,
  cookieValues,
  mostForged,
} from "../request/cookies.ts";
import { deriveKey } from "../session/sealing.ts";

/** The cookie that carries a signed session id, in the form that express-session writes: `s:ID.SIGNATURE`. */
export interface SessionCookie {
  name: string;
  options: CookieOptions;
  /** To the absolute limit of a session. */
  maxAgeMs: number;
  /** What signs, newest first, and verifies: made from the session secrets for this purpose alone. */
  signingKeys: string[];
  /** The session id of a request, or undefined; a dozen forged duplicates do not hide a good one (SC-3). */
  read(cookieHeader: string | undefined): string | undefined;
  /** True where a request carries the cookie, good or not. */
  isPresent(cookieHeader: string | undefined): boolean;
}

/** Whoever has another app with the same session secret, and reads session ids somewhere, can still sign no cookie of ours. */
const purpose = "session cookie";

/** A session id, and an HMAC with SHA-256 in base64. */
const signedForm = /^s:[\w-]{24}\.[\w+/]{43}$/;

/** The session cookie of the app at this address: `sign-in-3000`, or `__Host-sign-in` on https. */
export function createSessionCookie(
  secrets: string[],
  { appUrl, maxSeconds }: { appUrl: string; maxSeconds: number },
): SessionCookie {
  const name = cookieName("", appUrl);
  const signingKeys = secrets.map((secret) => deriveKey(secret, purpose).toString("base64url"));

  const verify = (value: string): string | undefined => {
    const signed = decode(value);
    if (!signed || !signedForm.test(signed)) return undefined;
    for (const key of signingKeys) {
      const id = unsign(signed.slice(2), key);
      if (id !== false) return id;
    }
    return undefined;
  };

  return {
    name,
    options: cookieOptions(appUrl),
    maxAgeMs: maxSeconds * 1000,
    signingKeys,
    read(cookieHeader) {
      for (const value of cookieValues(cookieHeader, name).slice(0, mostForged + 1)) {
        const id = verify(value);
        if (id !== undefined) return id;
      }
      return undefined;
    },
    isPresent: (cookieHeader) => cookieValues(cookieHeader, name).length > 0,
  };
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
