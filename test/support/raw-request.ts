import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Sends these bytes (latin1) as a request's head, with no more than `Connection: close` added, and reads the answer. */
export async function rawRequest(port: number, head: string[]): Promise<RawAnswer> {
  const socket = connect(port, "127.0.0.1");
  socket.setEncoding("latin1");
  socket.write([...head, "Connection: close", "", ""].join("\r\n"), "latin1");
  const answer = await text(socket);
  const [lines = "", ...body] = answer.split("\r\n\r\n");
  const [statusLine = "", ...headerLines] = lines.split("\r\n");
  const headers = headerLines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(statusLine.split(" ")[1]),
    headers: Object.fromEntries(headers),
    text: body.join("\r\n\r\n"),
  };
}

export interface RawExchange {
  /** Everything that came back, byte by byte (latin1). */
  answer: string;
  /** The status of the first answer, or 0 where none came. */
  status: number;
}

/** Sends exactly these bytes (text as latin1), and reads until the server closes the connection. */
export async function sendBytes(port: number, bytes: string | Buffer): Promise<RawExchange> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("latin1").on("data", (part: string) => {
    answer += part;
  });
  // A reset is an end as well: the server did not read all that it was sent.
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.write(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, "latin1"));
  await closed;
  return { answer, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0) };
}

/** A connection to write to at leisure. */
export function openConnection(port: number): {
  socket: Socket;
  /** The first bytes that come back. */
  firstAnswer: Promise<string>;
} {
  const socket = connect(port, "127.0.0.1");
  socket.setEncoding("latin1");
  socket.on("error", () => {});
  return { socket, firstAnswer: once(socket, "data").then(([text]) => text as string) };
}
