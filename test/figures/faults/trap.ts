import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Where nobody should ever come. */
export interface Trap {
  port: number;
  url: string;
  /** How many connections there were. */
  visits(): number;
  close(): void;
}

export async function openTrap(): Promise<Trap> {
  let visits = 0;
  const server = createServer((_req, res) => res.end("{}"));
  server.on("connection", () => {
    visits += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/elsewhere`,
    visits: () => visits,
    close: () => server.close(),
  };
}
