import { isCallbackParameter } from "./authorization-response.ts";

/** Twelve pending sign-ins at most may travel in one request's headers. */
const maxLength = 512;
const signInPaths = ["/login", "/signup", "/logout"];

/**
 * A path of our own site out of an untrusted value, read as a browser would read it. Undefined for anything that would
 * leave the site (RD-1), or begin, answer or end a sign-in (RD-3).
 */
export function localPath(value: unknown, appUrl: string): string | undefined {
  if (typeof value !== "string" || value.length > maxLength) return undefined;
  if (!value.startsWith("/") || hasForbiddenCharacter(value) || !URL.canParse(value, appUrl)) {
    return undefined;
  }
  const url = new URL(value, appUrl);
  const path = url.pathname + url.search + url.hash;
  // A path such as /.//host is harmless before it is normalised, and another site after.
  const isOurs =
    url.origin === appUrl && URL.canParse(path, appUrl) && new URL(path, appUrl).href === url.href;
  return isOurs && !isPartOfSignIn(url) && path.length <= maxLength ? path : undefined;
}

/** Browsers drop tabs and newlines from an address and read a backslash as a slash. */
function hasForbiddenCharacter(value: string): boolean {
  return /[\\\p{Cc}]/u.test(value);
}

function isPartOfSignIn({ pathname, searchParams }: URL): boolean {
  const path = pathname.toLowerCase().replace(/\/+$/, "");
  const isCallback = path === "/logged-in" && [...searchParams.keys()].some(isCallbackParameter);
  return signInPaths.includes(path) || isCallback;
}
