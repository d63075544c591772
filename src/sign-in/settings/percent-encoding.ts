/** A part of an address without its percent encoding (RFC 3986 §2.1), or undefined where it is not encoded well. */
export function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
