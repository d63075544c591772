import { sign, unsign } from "cookie-signature";
import {
  type CookieOptions,
  cookieName,
  cookieOptions,
  cookieValues,
  mostForged,
} from "../request/cookies.ts";

/** The cookie that carries a signed session id, in the form that express-session writes: `s:ID.SIGNATURE`. */
export interface SessionCookie {
  name: string;
  options: CookieOptions;
  /** To the absolute limit of a session. */
  maxAgeMs: number;
  /** Every secret, newest first; the first one signs. */
  secrets: string[];
  /** The session id of a request, or undefined; a dozen forged duplicates do not hide a good one (SC-3). */
  read(cookieHeader: string | undefined): string | undefined;
  /** True where a request carries the cookie, good or not. */
  isPresent(cookieHeader: string | undefined): boolean;
  serialize(id: string): string;
}

/** A session id, and an HMAC with SHA-256 in base64. */
const signedForm = /^s:[\w-]{24}\.[\w+/]{43}$/;

/** The session cookie of this app: `session`, or `__Host-session` on https. */
export function createSessionCookie(
  secrets: string[],
  { usesHttps, maxSeconds }: { usesHttps: boolean; maxSeconds: number },
): SessionCookie {
  const name = cookieName("session", { usesHttps });
  const [signingSecret = ""] = secrets;

  const verify = (value: string): string | undefined => {
    const signed = decode(value);
    if (!signed || !signedForm.test(signed)) return undefined;
    for (const secret of secrets) {
      const id = unsign(signed.slice(2), secret);
      if (id !== false) return id;
    }
    return undefined;
  };

  return {
    name,
    options: cookieOptions({ usesHttps }),
    maxAgeMs: maxSeconds * 1000,
    secrets,
    read(cookieHeader) {
      for (const value of cookieValues(cookieHeader, name).slice(0, mostForged + 1)) {
        const id = verify(value);
        if (id !== undefined) return id;
      }
      return undefined;
    },
    isPresent: (cookieHeader) => cookieValues(cookieHeader, name).length > 0,
    serialize: (id) => `${name}=${encodeURIComponent(`s:${sign(id, signingSecret)}`)}`,
  };
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
