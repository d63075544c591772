import { maxHeaderSize, type Server } from "node:http";
import type { Socket } from "node:net";

const tellEveryMs = 60_000;

/** What Node answers by itself where nobody listens for its `clientError`. */
const answers: Record<string, string> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Payload Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/**
 * Browsers send the cookies of every program that they have met on this host name, whatever its port (RFC 6265 §8.5). Node
 * counts the address, too.
 */
const tooLarge = `This browser sends more than ${maxHeaderSize / 1024} KB of headers, most likely cookies. Delete the cookies of this site, and try again. If the link was very long, it is the link: use a shorter one.\n`;

/**
 * Answers what Node could not read as a request, as Node would by itself, and says in words what to do where its headers
 * are too large: Node tells neither the visitor nor the log. `onTooLarge` is called once a minute at most.
 */
export function answerClientErrors(
  server: Server,
  { hasBegunAnswer, onTooLarge }: ClientErrorOptions,
): void {
  let toldAt = Number.NEGATIVE_INFINITY;
  server.on("clientError", (error: NodeJS.ErrnoException, stream) => {
    const socket = stream as Socket;
    const code = error.code ?? "";
    if (socket.writable && !hasBegunAnswer(socket)) socket.write(answerTo(code));
    // At once: a client that does not read would hold it open.
    socket.destroy(error);
    if (code !== "HPE_HEADER_OVERFLOW" || performance.now() - toldAt < tellEveryMs) return;
    toldAt = performance.now();
    onTooLarge();
  });
}

export interface ClientErrorOptions {
  /** Whether a part of an answer is on its way, behind which another one would be taken for the rest of it. */
  hasBegunAnswer: (socket: Socket) => boolean;
  onTooLarge: () => void;
}

function answerTo(code: string): string {
  const head = [`HTTP/1.1 ${answers[code] ?? "400 Bad Request"}`, "Connection: close"];
  const body = code === "HPE_HEADER_OVERFLOW" ? tooLarge : "";
  if (body) {
    head.push(
      "Content-Type: text/plain; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Cache-Control: no-store",
      "X-Content-Type-Options: nosniff",
    );
  }
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}
