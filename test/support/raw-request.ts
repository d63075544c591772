import { connect } from "node:net";
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
