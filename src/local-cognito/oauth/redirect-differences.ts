/**
 * Says in plain words why an address is none of the registered ones, which are compared letter by letter. Shows of
 * the given address no query, fragment, name or password: they may hold what nobody else is to read.
 */
export function redirectReason(name: string, given: unknown, registered: string[]): string {
  if (Array.isArray(given)) return `${name} was sent more than once.`;
  if (typeof given !== "string" || given === "") return `${name} is empty.`;
  const [closest] = registered
    .map((url) => ({ url, differences: differencesOf(given, url) }))
    .sort((a, b) => a.differences.length - b.differences.length);
  if (!closest) return `${name} is ${shown(given)}, and this client has none registered.`;
  return `${name} differs from the registered ${closest.url} ${listOf(closest.differences)}.`;
}

function differencesOf(given: string, registered: string): string[] {
  if (given.trim() !== given && given.trim() === registered) return ["by white space around it"];
  if (!URL.canParse(given)) return ["in that it is no absolute URL"];
  const [is, wanted] = [new URL(given), new URL(registered)];
  const differences = [
    part("scheme", is.protocol, wanted.protocol),
    is.username || is.password ? "by a user name in it" : undefined,
    part("host", is.hostname, wanted.hostname),
    part("port", is.port || "the default", wanted.port || "the default"),
    pathDifference(is.pathname, wanted.pathname),
    is.search === wanted.search ? undefined : "in its query",
    is.hash === "" ? undefined : "by a fragment, which none may have",
  ].filter((difference) => difference !== undefined);
  return differences.length > 0 ? differences : [spellingDifference(given, registered)];
}

function part(name: string, is: string, wanted: string): string | undefined {
  return is === wanted ? undefined : `in its ${name}, ${clip(is)} instead of ${wanted}`;
}

function pathDifference(is: string, wanted: string): string | undefined {
  if (is === wanted) return undefined;
  if (is === `${wanted}/` || `${is}/` === wanted) return "by a trailing slash";
  if (is.toLowerCase() === wanted.toLowerCase()) return "by the case of its path";
  return part("path", is, wanted);
}

/** Both mean the same place, and only one of them is registered. */
function spellingDifference(given: string, registered: string): string {
  if (`${given}/` === registered || given === `${registered}/`) return "by a trailing slash";
  if (given.toLowerCase() === registered.toLowerCase()) return "by the case of its letters";
  return "in how it is written, though it leads to the same place";
}

function listOf(differences: string[]): string {
  return differences.join(", and ");
}

function shown(address: string): string {
  if (!URL.canParse(address)) return "no absolute URL";
  const { protocol, host, pathname } = new URL(address);
  return clip(`${protocol}//${host}${pathname}`);
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
