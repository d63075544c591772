import { openConnection } from "../../bench/connection.ts";
import { signIn, visit } from "../../bench/journey.ts";
import { type Findings, none } from "../figure.ts";
import { honest, keepAsking } from "./honest.ts";
import { startLoadedServer } from "./server.ts";

/** Whoever attacks asks again as soon as they are answered, on so many connections. */
const attackers = 32;
const attackMs = 20_000;

/** Beside those who begin sign-ins by the thousand: a member's page, and whole honest sign-ins (OL, SC-4). */
export async function measureSpam(share: number): Promise<Findings> {
  const server = await startLoadedServer();
  const { app, provider } = server;
  try {
    const member = await openConnection(app.port);
    const newcomer = await openConnection(app.port);
    const cookie = await signIn(member, provider);
    const attack = besiege(app.port);
    const lookAtPage = () => visit(member, "/logged-in", cookie);
    const [pages, signIns] = await Promise.all([
      keepAsking(lookAtPage, attackMs * share),
      keepAsking(() => signIn(newcomer, provider), attackMs * share),
    ]);
    const perSecond = Math.round((1000 * (await attack.stop())) / (attackMs * share));
    const beside = `beside ${perSecond} sign-in starts/s`;
    return {
      figures: [
        honest(`a member's page ${beside}`, pages),
        honest(`a full sign-in ${beside}`, signIns),
        none(`Honest requests that failed ${beside}`, pages.failed + signIns.failed),
      ],
    };
  } finally {
    await server.close();
  }
}

function besiege(port: number) {
  let isOver = false;
  let begun = 0;
  const attack = async () => {
    const connection = await openConnection(port);
    for (; !isOver; begun += 1) await connection.get("/login");
    connection.close();
  };
  const attacking = Promise.all(Array.from({ length: attackers }, attack));
  return {
    async stop() {
      isOver = true;
      await attacking;
      return begun;
    },
  };
}
