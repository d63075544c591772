import dns from "node:dns";

/** Names that end so lead to this machine, unless they are made to fail. */
const zone = ".pool.test";

const failing = new Set<string>();
const lookup = dns.lookup;

/** Answers for the names of the fault matrix, and leaves every other name to the system. */
dns.lookup = ((host: string, ...rest: unknown[]) => {
  if (!host.endsWith(zone)) return Reflect.apply(lookup, dns, [host, ...rest]);
  const done = rest.at(-1) as (error: Error | null, ...found: unknown[]) => void;
  const wantsAll = (rest[0] as { all?: boolean }).all === true;
  if (failing.has(host)) {
    const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" });
    return process.nextTick(done, error);
  }
  if (wantsAll) return process.nextTick(done, null, [{ address: "127.0.0.1", family: 4 }]);
  return process.nextTick(done, null, "127.0.0.1", 4);
}) as typeof dns.lookup;

/** From now on the name does not resolve, or does again. */
export function setResolvable(host: string, isResolvable: boolean): void {
  if (isResolvable) failing.delete(host);
  else failing.add(host);
}

let named = 0;

/** A name that nobody else uses. */
export function newName(): string {
  named += 1;
  return `n${named}${zone}`;
}
