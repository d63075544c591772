import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Takes an HTTP answer into its own hands. */
export type Answer = (res: ServerResponse) => void | Promise<void>;

/** Answers with this status and body; an object goes out as JSON. */
export function answer(
  status: number,
  body: object | string | Buffer = "",
  headers: Record<string, string> = {},
): Answer {
  return (res) => {
    const isRaw = typeof body === "string" || Buffer.isBuffer(body);
    const type = isRaw ? {} : { "content-type": "application/json;charset=UTF-8" };
    res.writeHead(status, { ...type, ...headers });
    res.end(isRaw ? body : JSON.stringify(body));
  };
}

/** Never answers at all. */
export const silence: Answer = () => {};

/** Sends the headers, and nothing after them. */
export const silenceAfterHeaders: Answer = (res) => {
  res.writeHead(200, { "content-type": "application/json" });
  res.flushHeaders();
};

/** Sends half of a body, and then resets the connection. */
export const resetMidBody: Answer = (res) => {
  res.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  res.write('{"id_token":"', () => res.socket?.resetAndDestroy());
};

/** Sends a body that never ends, as fast as it is taken. */
export const endless: Answer = (res) => {
  const chunk = `"${"x".repeat(64 * 1024)}",`;
  const send = () => {
    while (!res.destroyed && res.write(chunk));
  };
  res.writeHead(200, { "content-type": "application/json" });
  res.on("drain", send).write("[");
  send();
};

/** Sends a body byte by byte, with a pause after each. */
export function drip(body: string, pauseMs = 1000): Answer {
  return async (res) => {
    res.writeHead(200, { "content-type": "application/json" });
    for (const byte of Buffer.from(body)) {
      if (res.destroyed) return;
      res.write(Buffer.of(byte));
      await sleep(pauseMs);
    }
    res.end();
  };
}
