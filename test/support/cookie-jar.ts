/** A cookie as a browser keeps it, and `attributes` as the server wrote them, names in lower case. */
export interface Cookie {
  name: string;
  value: string;
  host: string;
  path: string;
  attributes: Record<string, string>;
  expiresAt: number;
}

/** What decides, beside the address, whether a cookie travels. */
export interface CookieContext {
  method: string;
  /** True where another site began the request (SameSite looks at this). */
  isCrossSite: boolean;
}

export interface CookieJar {
  /** Keeps what a browser would keep of an answer's Set-Cookie headers. */
  store(url: URL, setCookies: string[]): void;
  /** The Cookie header of a request, or undefined where no cookie travels. */
  header(url: URL, context: CookieContext): string | undefined;
  /** The living cookies of an origin, those of every path; ports make no difference. */
  list(origin: string): Cookie[];
  clone(): CookieJar;
}

export interface CookieJarOptions {
  now?: () => number;
  /** Treats plain http as secure, as if an https proxy stood in between. */
  sendSecureCookies?: boolean;
}

/** Makes an empty jar that keeps and sends cookies by the rules of RFC 6265bis §5. */
export function createCookieJar(options: CookieJarOptions = {}, initial: Cookie[] = []): CookieJar {
  const { now = Date.now, sendSecureCookies = false } = options;
  let cookies = [...initial];
  const isSecure = (url: URL) => sendSecureCookies || url.protocol === "https:";
  const isAlive = (cookie: Cookie) => cookie.expiresAt > now();

  return {
    store(url, setCookies) {
      for (const line of setCookies) {
        const cookie = parseSetCookie(line, url, now());
        if (!cookie || !matchesHost(cookie, url.hostname)) continue;
        if (!isAcceptable(cookie, isSecure(url))) continue;
        const older = cookies.find((other) => isSameCookie(other, cookie));
        // A renewed cookie keeps its place in the line.
        if (older) Object.assign(older, cookie);
        else cookies.push(cookie);
      }
      cookies = cookies.filter(isAlive);
    },
    header(url, context) {
      const travelling = cookies
        .filter((cookie) => isAlive(cookie) && matches(cookie, url))
        .filter((cookie) => !("secure" in cookie.attributes) || isSecure(url))
        .filter((cookie) => isAllowedAcrossSites(cookie, context))
        .sort((a, b) => b.path.length - a.path.length);
      return travelling.map(({ name, value }) => `${name}=${value}`).join("; ") || undefined;
    },
    list: (origin) => {
      const { hostname } = new URL(origin);
      return cookies.filter((cookie) => isAlive(cookie) && matchesHost(cookie, hostname));
    },
    clone: () => createCookieJar(options, structuredClone(cookies)),
  };
}

function parseSetCookie(line: string, url: URL, now: number): Cookie | undefined {
  const [pair = "", ...rest] = line.split(";").map((part) => part.trim());
  const [name, value] = splitPair(pair);
  if (name === "") return undefined;
  const attributes = Object.fromEntries(
    rest.map(splitPair).map(([attribute, setting]) => [attribute.toLowerCase(), setting]),
  );
  return {
    name,
    value,
    host: attributes.domain?.replace(/^\./, "").toLowerCase() || url.hostname,
    path: attributes.path?.startsWith("/") ? attributes.path : defaultPath(url),
    attributes,
    expiresAt: expiry(attributes, now),
  };
}

function splitPair(part: string): [string, string] {
  const at = part.indexOf("=");
  return at === -1 ? [part, ""] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
}

function defaultPath(url: URL): string {
  return url.pathname.slice(0, url.pathname.lastIndexOf("/")) || "/";
}

function expiry(attributes: Record<string, string>, now: number): number {
  if (/^-?\d+$/.test(attributes["max-age"] ?? ""))
    return now + Number(attributes["max-age"]) * 1000;
  const date = Date.parse(attributes.expires ?? "");
  return Number.isNaN(date) ? Number.POSITIVE_INFINITY : date;
}

function isAcceptable({ name, path, attributes }: Cookie, overSecure: boolean): boolean {
  const isMarkedSecure = "secure" in attributes;
  if (isMarkedSecure && !overSecure) return false;
  if (name.startsWith("__Secure-")) return isMarkedSecure;
  if (name.startsWith("__Host-")) return isMarkedSecure && path === "/" && !attributes.domain;
  return true;
}

function isSameCookie(a: Cookie, b: Cookie): boolean {
  return a.name === b.name && a.host === b.host && a.path === b.path;
}

function matches(cookie: Cookie, { hostname, pathname }: URL): boolean {
  const folder = cookie.path.endsWith("/") ? cookie.path : `${cookie.path}/`;
  const isBelow = pathname === cookie.path || pathname.startsWith(folder);
  return isBelow && matchesHost(cookie, hostname);
}

function matchesHost({ host, attributes }: Cookie, hostname: string): boolean {
  return hostname === host || (!!attributes.domain && hostname.endsWith(`.${host}`));
}

/** Only top-level navigations are imagined here, so Lax depends on the method alone. */
function isAllowedAcrossSites({ attributes }: Cookie, context: CookieContext): boolean {
  const sameSite = attributes.samesite?.toLowerCase();
  if (!context.isCrossSite || sameSite === undefined || sameSite === "none") return true;
  return sameSite === "lax" && ["GET", "HEAD"].includes(context.method);
}
