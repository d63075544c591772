import { openConnection } from "../../bench/connection.ts";
import { visit } from "../../bench/journey.ts";
import { alertOf, Browser } from "../../local-cognito/support/browser.ts";
import { freePort, spawnServer } from "../../support/spawn-server.ts";
import { type Findings, none } from "../figure.ts";
import { honest, keepAsking } from "./honest.ts";

const guessers = 16;
const guessMs = 20_000;

/** Beside those who guess passwords at local Cognito, which hashes each: pages of the app, in the same process (LL-10). */
export async function measureGuessing(share: number): Promise<Findings> {
  const [port, cognitoPort] = [await freePort(), await freePort()];
  const settings = { PORT: port, LOCAL_COGNITO_PORT: cognitoPort, LOG_LEVEL: "error" };
  const server = await spawnServer(settings);
  try {
    await server.says("Server running at");
    const connection = await openConnection(Number(port));
    const guessing = guess(`http://localhost:${port}`, `http://127.0.0.1:${cognitoPort}`);
    const pages = await keepAsking(() => visit(connection, "/"), guessMs * share);
    const { tried, believed } = await guessing.stop();
    connection.close();
    const beside = `beside ${Math.round((1000 * tried) / (guessMs * share))} guesses/s`;
    return {
      figures: [
        honest(`a page ${beside} of passwords`, pages),
        none(`Honest requests that failed ${beside}`, pages.failed),
        none(
          "Guesses that got anything but the words for a wrong password",
          believed,
          String(tried),
        ),
      ],
    };
  } finally {
    await server.remove();
  }
}

/** Each guesser tries one user after the other, so that no lock spares local Cognito the work. */
function guess(appUrl: string, cognito: string) {
  let isOver = false;
  const sums = { tried: 0, believed: 0 };
  const guesser = async (_: unknown, number: number) => {
    const { headers } = await fetch(`${appUrl}/login`, { redirect: "manual" });
    const browser = new Browser(cognito);
    const page = await browser.open(headers.get("location") ?? "");
    while (!isOver) {
      const username = `user-${number}-${sums.tried}`;
      const answer = await browser.submit(page, "Sign in", { username, password: "Guess-work-1" });
      sums.tried += 1;
      if (!/incorrect/i.test(alertOf(answer))) sums.believed += 1;
    }
  };
  const guessing = Promise.all(Array.from({ length: guessers }, guesser));
  return {
    async stop() {
      isOver = true;
      await guessing;
      return sums;
    },
  };
}
