import { AppError } from "../errors.ts";
import type { SignInSettings } from "../settings/settings.ts";
import { isCallbackParameter } from "./authorization-response.ts";

/** Percent-encoded once more, as a parameter, it still fits into the first line that any server takes. */
const maxLength = 4096;

/** Our own site: where it is, and which of its paths are the sign-in's. */
export type Site = Pick<SignInSettings, "appUrl" | "paths">;

/**
 * A path of our own site out of an untrusted value, read as a browser would read it. Undefined for anything that would
 * leave the site (RD-1), or begin, answer or end a sign-in (RD-3). Throws AppError `link_too_long` for more than 4096
 * characters: its visitor cannot be brought back to it, and has to hear of that.
 */
export function localPath(value: unknown, { appUrl, paths }: Site): string | undefined {
  if (typeof value !== "string") return undefined;
  if (!value.startsWith("/") || hasForbiddenCharacter(value) || !URL.canParse(value, appUrl)) {
    return undefined;
  }
  const url = new URL(value, appUrl);
  const path = url.pathname + url.search + url.hash;
  // A path such as /.//host is harmless before it is normalised, and another site after.
  const isOurs =
    url.origin === appUrl && URL.canParse(path, appUrl) && new URL(path, appUrl).href === url.href;
  if (!isOurs || isPartOfSignIn(url, paths)) return undefined;
  if (path.length > maxLength) throw new AppError("link_too_long", { reason: `${path.length}` });
  return path;
}

/** Browsers drop tabs and newlines from an address and read a backslash as a slash. */
function hasForbiddenCharacter(value: string): boolean {
  return /[\\\p{Cc}]/u.test(value);
}

function isPartOfSignIn({ pathname, searchParams }: URL, paths: Site["paths"]): boolean {
  const isAt = (path: string) => pathname.toLowerCase().replace(/\/+$/, "") === path.toLowerCase();
  const isCallback = isAt(paths.callback) && [...searchParams.keys()].some(isCallbackParameter);
  return [paths.login, paths.signup, paths.logout].some(isAt) || isCallback;
}
