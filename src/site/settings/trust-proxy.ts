import { isIP } from "node:net";
import { type Environment, listOf, setting } from "../../sign-in/settings/environment.ts";
import type { Problem } from "../../sign-in/settings/problems.ts";

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

/** An address, or a range of a size that a private network has: a short prefix would trust half the world. */
function isAddressOrRange(text: string): boolean {
  if (["loopback", "linklocal", "uniquelocal"].includes(text)) return true;
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  if (rest.length > 0 || family === 0) return false;
  if (bits === undefined) return true;
  const [fewest, most] = family === 4 ? [8, 32] : [7, 128];
  return /^\d{1,3}$/.test(bits) && Number(bits) >= fewest && Number(bits) <= most;
}
