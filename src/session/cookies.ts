/** What every cookie of the app has in common: `__Host-` and Secure on https, HttpOnly, Lax (SC-2). */
export interface CookieOptions {
  httpOnly: true;
  sameSite: "lax";
  path: "/";
  secure: boolean;
}

/** Lax, since Strict would keep the pending sign-in at home on the way back from Cognito. */
export function cookieOptions({ usesHttps }: { usesHttps: boolean }): CookieOptions {
  return { httpOnly: true, sameSite: "lax", path: "/", secure: usesHttps };
}

/** The name with the `__Host-` prefix where the site is on https, so that no neighbour can set it. */
export function cookieName(name: string, { usesHttps }: { usesHttps: boolean }): string {
  return usesHttps ? `__Host-${name}` : name;
}

/**
 * Every cookie of a header as a pair, in order, duplicates included: another site may plant one before ours. Around a
 * name only spaces and tabs are white space (RFC 6265bis §5.6): with any other character in front it is another name,
 * which a browser lets another site have.
 */
export function parseCookies(header: string | undefined): [name: string, value: string][] {
  if (!header) return [];
  return header.split(";").flatMap((part): [string, string][] => {
    const equals = part.indexOf("=");
    if (equals < 0) return [];
    return [[trimmed(part.slice(0, equals)), trimmed(part.slice(equals + 1))]];
  });
}

/** By hand: an expression tries each blank of a long run as the first of the last ones, for seconds (IN-2). */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text, start)) start += 1;
  while (end > start && isBlank(text, end - 1)) end -= 1;
  return text.slice(start, end);
}

function isBlank(text: string, at: number): boolean {
  return text[at] === " " || text[at] === "\t";
}
