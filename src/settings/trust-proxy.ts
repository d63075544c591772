import { isIP } from "node:net";
import { type Environment, listOf, setting } from "./environment.ts";
import type { Problem } from "./problems.ts";

/** How many proxies stand in front, or which; false where none does. "All" is never accepted. */
export function readTrustProxy(env: Environment, problems: Problem[]): false | number | string[] {
  const value = setting(env, "TRUST_PROXY");
  if (value === undefined || value === "off") return false;
  if (/^[1-9]$/.test(value)) return Number(value);
  const addresses = listOf(value, ",");
  if (addresses.length > 0 && addresses.every(isAddressOrRange)) return addresses;
  problems.push({
    setting: "TRUST_PROXY",
    what: "is neither a number of proxies from 1 to 9 nor a list of their addresses.",
    why: "Whoever is trusted may say where a request came from; everybody must never be.",
    remedy:
      "Count the proxies in front of the app (TRUST_PROXY=1), or name them (TRUST_PROXY=10.0.0.0/8).",
  });
  return false;
}

function isAddressOrRange(text: string): boolean {
  if (["loopback", "linklocal", "uniquelocal"].includes(text)) return true;
  const [address = "", bits, ...rest] = text.split("/");
  if (rest.length > 0 || isIP(address) === 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= 128);
}
