import { type Environment, setting } from "./environment.ts";
import { percentDecoded } from "./percent-encoding.ts";
import type { Problem } from "./problems.ts";

/**
 * Notes a problem where HTTPS_PROXY is no proxy that calls to Cognito could go through. The calls themselves read it,
 * together with NO_PROXY, as those of most programs do.
 */
export function checkHttpsProxy(env: Environment, problems: Problem[]): void {
  const value = setting(env, "HTTPS_PROXY");
  const what = value && faultOf(value);
  if (!what) return;
  problems.push({
    setting: "HTTPS_PROXY",
    what,
    why: "Every call to Cognito goes through it, so nobody could sign in.",
    remedy:
      "Write http://HOST:PORT, or https:// where the proxy itself speaks TLS; with a user name and password http://USER:PASSWORD@HOST:PORT.",
  });
}

function faultOf(value: string): string | undefined {
  if (!/^https?:\/\//i.test(value)) return "begins neither with http:// nor with https://.";
  if (!URL.canParse(value)) return "is not an address.";
  const { username, password, pathname, search, hash } = new URL(value);
  if (percentDecoded(username + password) === undefined)
    return "has a % in its user name or password that has to be %25.";
  if (pathname === "/" && !search && !hash) return undefined;
  return "has a path, query or fragment; only scheme, host and port belong here.";
}
