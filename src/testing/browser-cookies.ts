import type { BrowserCookie } from "./user-pool.ts";

interface Kept extends BrowserCookie {
  host: string;
  path: string;
}

export interface BrowserCookies {
  /** Keeps what an answer's Set-Cookie headers say. */
  store(url: URL, setCookies: string[]): void;
  /** The cookies of an address, the longest paths first; ports make no difference. */
  of(url: URL): BrowserCookie[];
  /** The same as a Cookie header. */
  header(url: URL): string;
}

/** The cookies of one browser for sites on this machine, `Secure` ones included, as https were in front. */
export function createBrowserCookies(): BrowserCookies {
  let cookies: Kept[] = [];

  const of = (url: URL) =>
    cookies
      .filter(({ host, path }) => host === url.hostname && isBelow(url.pathname, path))
      .sort((a, b) => b.path.length - a.path.length);

  return {
    store(url, setCookies) {
      for (const line of setCookies) {
        const { cookie, isOver } = parse(line, url);
        cookies = cookies.filter((other) => !isSame(other, cookie));
        if (!isOver) cookies.push(cookie);
      }
    },
    of: (url) => of(url).map(({ name, value, url: origin }) => ({ name, value, url: origin })),
    header: (url) =>
      of(url)
        .map(({ name, value }) => `${name}=${value}`)
        .join("; "),
  };
}

function parse(line: string, url: URL): { cookie: Kept; isOver: boolean } {
  const [pair = "", ...rest] = line.split(";").map((part) => part.trim());
  const attributes = new Map(
    rest.map(splitPair).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const [name, value] = splitPair(pair);
  const named = attributes.get("path");
  const path = named?.startsWith("/") ? named : defaultPath(url);
  const maxAge = attributes.get("max-age");
  const expires = attributes.get("expires");
  const isOver =
    maxAge === undefined ? Date.parse(expires ?? "") <= Date.now() : Number(maxAge) <= 0;
  return { cookie: { name, value, url: url.origin, host: url.hostname, path }, isOver };
}

/** RFC 6265 §5.1.4: the folder of the page that sets the cookie. */
function defaultPath({ pathname }: URL): string {
  return pathname.slice(0, pathname.lastIndexOf("/")) || "/";
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf("=");
  return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
}

function isSame(a: Kept, b: Kept): boolean {
  return a.name === b.name && a.host === b.host && a.path === b.path;
}

function isBelow(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith("/") ? path : `${path}/`);
}
