import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/**
 * What happens between a client and the server behind the tap, from the next byte on:
 * - `pass`: nothing
 * - `refuse`: nobody listens, and connections that are open are reset
 * - `close`, `reset`: every connection ends at once, politely or not, those that are made later too
 * - `black hole`: connections are made and stay, nothing gets through, and soon nothing more can be sent
 * - `mute`: the same in one direction: the server hears the client, and the client hears nothing
 * - `answer`: the client gets this text in place of each chunk from the server
 * - `delay`: each chunk arrives so many milliseconds late
 * - `drip`: the client gets one byte each so many milliseconds
 */
export type TapMode =
  | "pass"
  | "refuse"
  | "close"
  | "reset"
  | "black hole"
  | "mute"
  | { answer: string }
  | { delay: number }
  | { drip: number };

/** A TCP proxy on loopback that a test can break. */
export interface TcpTap {
  port: number;
  /** Leads connections that are made from now on to another server. */
  forwardTo(serverPort: number): void;
  /** Applies to open connections and later ones; resolves once it does. */
  set(mode: TapMode): Promise<void>;
  /** How many connections were made through it so far. */
  connections(): number;
  /** How many chunks got lost in it so far. */
  lost(): number;
  close(): Promise<void>;
}

/** Stands in front of a server on loopback. */
export async function openTcpTap(firstServerPort: number): Promise<TcpTap> {
  let serverPort = firstServerPort;
  const pairs = new Set<[client: Socket, server: Socket]>();
  let mode: TapMode = "pass";
  let made = 0;
  let lost = 0;
  let listener = await listen(0);
  const { port } = listener.address() as AddressInfo;

  function accept(client: Socket): void {
    made += 1;
    const server = connect(serverPort, "127.0.0.1");
    const pair: [Socket, Socket] = [client, server];
    pairs.add(pair);
    join(client, server, createLane(client, server, { isAnswer: false }));
    join(server, client, createLane(server, client, { isAnswer: true }));
    for (const socket of pair) socket.on("close", () => pairs.delete(pair));
    endByMode(pair);
  }

  /** What carries the bytes of one direction. */
  function createLane(from: Socket, to: Socket, { isAnswer }: { isAnswer: boolean }) {
    let isLost = false;
    let dripped = Promise.resolve();

    const write = (bytes: Buffer | string) => {
      if (to.writable) to.write(bytes);
    };
    const drip = async (chunk: Buffer, pauseMs: number) => {
      for (const byte of chunk) {
        if (!to.writable) return;
        await pause(pauseMs);
        write(Buffer.of(byte));
      }
    };

    return (chunk: Buffer) => {
      // Where bytes were lost, none that come later are of use.
      isLost ||= mode === "black hole" || (mode === "mute" && isAnswer);
      if (isLost) {
        lost += 1;
        from.pause();
        return;
      }
      if (typeof mode === "string") write(chunk);
      else if ("delay" in mode) setTimeout(write, mode.delay, chunk);
      else if (!isAnswer) write(chunk);
      else if ("answer" in mode) write(mode.answer);
      else {
        const pauseMs = mode.drip;
        dripped = dripped.then(() => drip(chunk, pauseMs));
      }
    };
  }

  function endByMode(pair: [Socket, Socket]): void {
    const [client] = pair;
    if (mode === "close") client.end();
    if (mode === "reset" || mode === "refuse") client.resetAndDestroy();
  }

  async function listen(port: number): Promise<Server> {
    const server = createServer(accept).listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
  }

  async function close(): Promise<void> {
    for (const [client] of pairs) client.destroy();
    if (!listener.listening) return;
    listener.close();
    await once(listener, "close");
  }

  return {
    port,
    connections: () => made,
    lost: () => lost,
    forwardTo(port) {
      serverPort = port;
    },
    close,
    async set(next) {
      mode = next;
      for (const pair of pairs) endByMode(pair);
      if (mode === "refuse") await close();
      else if (!listener.listening) listener = await listen(port);
    },
  };
}

function join(from: Socket, to: Socket, carry: (chunk: Buffer) => void): void {
  from.on("data", carry);
  from.on("end", () => to.end());
  from.on("error", () => to.destroy());
  from.on("close", () => to.destroySoon());
}
