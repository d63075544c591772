/** True for addresses that never leave this machine: `localhost`, 127.0.0.0/8 and `[::1]`. */
export function isLoopback(url: string): boolean {
  const hostname = parse(url)?.hostname ?? "";
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * What keeps a setting from being an origin (scheme, host and port, nothing else), or undefined.
 * Plain http is accepted on loopback only, and only where the caller allows it.
 */
export function originProblem(
  value: string,
  options: { plainHttpOnLoopback: boolean },
): string | undefined {
  const url = parse(value);
  if (!url || !/^https?:\/\//i.test(value)) return "is not an address that begins with https://.";
  if (url.username || url.password) return "holds a user name or password.";
  // It becomes part of a header, the content security policy.
  if (!/^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])$/.test(url.hostname))
    return "has an impossible host name.";
  if (url.pathname !== "/" || url.search || url.hash || value.includes("#")) {
    return "has a path, query or fragment; only scheme, host and port belong here.";
  }
  return schemeProblem(value, options);
}

/** What is wrong with the scheme of an address, or undefined. */
export function schemeProblem(
  value: string,
  { plainHttpOnLoopback }: { plainHttpOnLoopback: boolean },
): string | undefined {
  const isHttps = parse(value)?.protocol === "https:";
  if (isHttps || (plainHttpOnLoopback && isLoopback(value))) return undefined;
  return plainHttpOnLoopback
    ? "uses plain http on a host that is not this machine."
    : "uses plain http.";
}

function parse(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined;
}
