import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Answer {
  status: number;
  /** The status line and the headers as they came. */
  head: string;
  body: string;
}

/** One kept connection to an app, one request at a time: as little work of our own as possible beside the app's. */
export interface Connection {
  /** The port is all there is to know of the app. */
  get(path: string, cookie?: string): Promise<Answer>;
  close(): void;
}

/** Connects as a browser does to `http://localhost:PORT`; rejects where nobody listens. */
export async function openConnection(port: number): Promise<Connection> {
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  await once(socket, "connect");
  // What waits for an answer hears of it by the close that follows.
  socket.on("error", () => {});
  const shared = `Host: localhost:${port}\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0\r\nAccept: text/html\r\n`;

  return {
    get(path, cookie) {
      if (socket.destroyed) return Promise.reject(lost());
      const cookieLine = cookie === undefined ? "" : `Cookie: ${cookie}\r\n`;
      socket.write(`GET ${path} HTTP/1.1\r\n${shared}${cookieLine}\r\n`, "latin1");
      return readAnswer(socket);
    },
    close: () => void socket.destroy(),
  };
}

function readAnswer(socket: Socket): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let received = "";
    const end = (settle: () => void) => {
      socket.off("data", read).off("close", close);
      settle();
    };
    const read = (chunk: Buffer) => {
      received += chunk.toString("latin1");
      try {
        const answer = parse(received);
        if (answer) end(() => resolve(answer));
      } catch (error) {
        end(() => reject(error));
      }
    };
    const close = () => end(() => reject(lost()));
    socket.on("data", read).on("close", close);
  });
}

function lost(): Error {
  return new Error("The app closed the connection.");
}

/** The answer, or undefined while some of it is still on its way. */
function parse(received: string): Answer | undefined {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = received.slice(0, headEnd);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  const body = received.slice(headEnd + 4);
  if (length === undefined) {
    // Of a redirect nobody looks into the chunks.
    if (!/\r\ntransfer-encoding: chunked/i.test(head))
      throw new Error(`An answer without a length:\n${head}`);
    if (!received.endsWith("\r\n0\r\n\r\n")) return undefined;
  } else if (body.length < Number(length)) return undefined;
  return { status: Number(head.slice(9, 12)), head, body };
}
