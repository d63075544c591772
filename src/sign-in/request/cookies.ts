/** What every cookie of the app has in common: `__Host-` and Secure on https, HttpOnly, Lax (SC-2). */
export interface CookieOptions {
  httpOnly: true;
  sameSite: "lax";
  path: "/";
  secure: boolean;
}

/** Lax, since Strict would keep the pending sign-in at home on the way back from Cognito. */
export function cookieOptions(appUrl: string): CookieOptions {
  return { httpOnly: true, sameSite: "lax", path: "/", secure: appUrl.startsWith("https:") };
}

/**
 * The name of a cookie of ours. On https it has the `__Host-` prefix, so that no neighbour can set it. It has the port where the
 * address has one: browsers send the cookies of one host to all its ports.
 */
export function cookieName(part: string, appUrl: string): string {
  const { protocol, port } = new URL(appUrl);
  const name = ["sign-in", port, part].filter(Boolean).join("-");
  return protocol === "https:" ? `__Host-${name}` : name;
}

/** A neighbour may have planted a few cookies in front of ours; a request can hold hundreds, and each one takes time (OL-2). */
export const mostForged = 12;

/**
 * The values that a header gives to a cookie, in order, duplicates included: another site may plant one before ours.
 * Around a name only spaces and tabs are white space (RFC 6265bis §5.6). With any other character in front it is another
 * name, which a browser lets another site set. Cookies of other names are passed over, not cut out: eight thousand of them
 * fit into a request (OL-1).
 */
export function cookieValues(header: string | undefined, name: string): string[] {
  const values: string[] = [];
  if (!header) return values;
  let at = header.indexOf(name);
  while (at >= 0) {
    const end = at + name.length;
    const equals = afterBlanks(header, end);
    const isName = header[equals] === "=" && isStartOfPair(header, at);
    const valueEnd = isName ? endOfPair(header, equals) : end;
    if (isName) values.push(trimmed(header, equals + 1, valueEnd));
    at = header.indexOf(name, valueEnd);
  }
  return values;
}

function isStartOfPair(header: string, at: number): boolean {
  const before = beforeBlanks(header, at);
  return before === 0 || header[before - 1] === ";";
}

function endOfPair(header: string, from: number): number {
  const semicolon = header.indexOf(";", from);
  return semicolon < 0 ? header.length : semicolon;
}

/** By hand: an expression tries each blank of a long run as the first of the last ones, for seconds (IN-2). */
function trimmed(header: string, start: number, end: number): string {
  const first = Math.min(afterBlanks(header, start), end);
  return header.slice(first, Math.max(first, beforeBlanks(header, end)));
}

function afterBlanks(header: string, from: number): number {
  let at = from;
  while (isBlank(header, at)) at += 1;
  return at;
}

function beforeBlanks(header: string, from: number): number {
  let at = from;
  while (isBlank(header, at - 1)) at -= 1;
  return at;
}

function isBlank(text: string, at: number): boolean {
  return text[at] === " " || text[at] === "\t";
}
