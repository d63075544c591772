import type { IncomingMessage } from "node:http";

/**
 * Gives a request whose target has no path one that no route has. Express would answer it by itself, before any
 * middleware: without our headers and without a line in the log (HT-1).
 */
export function ensurePath(req: IncomingMessage): void {
  const target = req.url ?? "";
  // RFC 9112 §3.2 knows no fragment, behind which Express takes what begins with two slashes for a host.
  const isPath = /^[/*][^#]*$/.test(target);
  // A host and nothing else: Express stumbles over user names, which no client sends.
  const isAbsolute = /^https?:\/\/[\w.:[\]-]+(?:[/?][^#]*)?$/i.test(target) && URL.canParse(target);
  if (!isPath && !isAbsolute) req.url = "/malformed-request-target";
}
