/** The page that a navigation starts from. */
export interface Initiator {
  url: URL;
  /** Its Referrer-Policy, or that of a redirect on the way. */
  referrerPolicy: string;
}

/**
 * The headers that Chromium adds to a navigation by itself. `chain` is every address since it began, the one being
 * asked for last; without an initiator the visitor typed the address.
 */
export function navigationHeaders(
  method: string,
  chain: URL[],
  initiator?: Initiator,
): Record<string, string | undefined> {
  return {
    accept: "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "accept-language": "en-GB,en;q=0.9",
    "user-agent": userAgent,
    "upgrade-insecure-requests": "1",
    "sec-fetch-site": secFetchSite(chain, initiator),
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
    "sec-fetch-user": "?1",
    referer: initiator && referer(chain, initiator),
    origin: ["GET", "HEAD"].includes(method) ? undefined : initiator && origin(chain, initiator),
  };
}

/** Whether a request for `url` leaves the site of the page that began it; ports make no difference. */
export function isCrossSite(url: URL, initiator?: Initiator): boolean {
  return initiator !== undefined && site(url) !== site(initiator.url);
}

const userAgent =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36";

/** The farthest that any address of the chain is from the initiator, so one foreign hop marks all that follow. */
function secFetchSite(chain: URL[], initiator?: Initiator): string {
  if (!initiator) return "none";
  if (chain.some((url) => isCrossSite(url, initiator))) return "cross-site";
  return chain.every((url) => url.origin === initiator.url.origin) ? "same-origin" : "same-site";
}

/** Every test host is an address, `localhost` or a name under a one-label suffix such as example.com. */
function site({ protocol, hostname }: URL): string {
  const isAddress = /^[\d.]+$|^\[/.test(hostname);
  return `${protocol}//${isAddress ? hostname : hostname.split(".").slice(-2).join(".")}`;
}

function referer(chain: URL[], { url, referrerPolicy }: Initiator): string | undefined {
  const target = chain.at(-1) as URL;
  const isSameOrigin = target.origin === url.origin;
  if (referrerPolicy === "no-referrer" || isDowngrade(url, target)) return undefined;
  if (referrerPolicy === "same-origin" && !isSameOrigin) return undefined;
  if (!isSameOrigin || referrerPolicy === "strict-origin") return `${url.origin}/`;
  return url.href.split("#")[0];
}

function origin(chain: URL[], { url, referrerPolicy }: Initiator): string {
  const target = chain.at(-1) as URL;
  const isHidden =
    referrerPolicy === "no-referrer" ||
    (referrerPolicy === "same-origin" && target.origin !== url.origin) ||
    isDowngrade(url, target) ||
    isTainted(chain, url);
  return isHidden ? "null" : url.origin;
}

function isDowngrade(from: URL, to: URL): boolean {
  return from.protocol === "https:" && to.protocol === "http:";
}

/** Fetch standard, "redirect-tainted origin": a foreign server chose where the request went next. */
function isTainted(chain: URL[], from: URL): boolean {
  return chain.slice(1).some((url, index) => {
    const previous = chain[index] as URL;
    return url.origin !== previous.origin && previous.origin !== from.origin;
  });
}
