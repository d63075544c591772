import { hash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { cookieName, cookieValues, mostForged } from "../request/cookies.ts";
import type { ByteSealer } from "../session/sealing.ts";

/** With its name and sealed, a cookie may have 4096 characters. */
const longestValue = 4000;

/**
 * The one long address that a browser keeps for a pending sign-in: twelve of them would fit into no request, so that the
 * newest takes the place of the one before.
 */
export interface LongLink {
  cookieName: string;
  /** The cookie's value, or undefined where the address is too long for a cookie. */
  seal(link: string): string | undefined;
  /** The address with this hash, if it is the one that the browser keeps. */
  read(cookieHeader: string | undefined, hash: string): string | undefined;
}

/** The long address of a browser, sealed and packed. */
export function createLongLink(options: { sealer: ByteSealer; appUrl: string }): LongLink {
  const { sealer, appUrl } = options;
  const name = cookieName("return-to", appUrl);

  function open(value: string): string | undefined {
    const packed = sealer.openBytes(Buffer.from(value, "base64url"), name);
    return packed && inflateRawSync(packed).toString();
  }

  return {
    cookieName: name,
    seal(link) {
      const value = sealer.seal(deflateRawSync(link), name).toString("base64url");
      return value.length <= longestValue ? value : undefined;
    },
    read: (cookieHeader, hash) =>
      cookieValues(cookieHeader, name)
        .slice(0, mostForged + 1)
        .map(open)
        .find((link) => link !== undefined && hashOf(link) === hash),
  };
}

/** What a pending sign-in knows its address by. */
export function hashOf(link: string): string {
  return hash("sha256", link, "base64url");
}
