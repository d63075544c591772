import type { AppUnderTest } from "../app-under-test.ts";
import { openConnection } from "../connection.ts";
import { visit } from "../journey.ts";
import { type Contender, compare, type Row } from "../rounds.ts";

const connections = 32;

/** W1: the index page, for visitors without a cookie. */
export async function anonymousPages(apps: AppUnderTest[]): Promise<Row[]> {
  await assertSamePage(apps, "/", () => undefined);
  return await compare(
    apps.map((app) => ({
      app,
      load: { connections, act: (connection) => visit(connection, "/") },
    })),
  );
}

/** An app with the cookies of its signed-in visitors; of an app that knows no sessions, with none. */
export interface VisitedApp {
  app: AppUnderTest;
  cookies: string[];
}

/** W2: the signed-in page, for each of so many visitors in turn. */
export async function signedInPages(apps: VisitedApp[], sessions: number): Promise<Row[]> {
  const cookieOf = ({ cookies }: VisitedApp, index: number) => cookies[index % sessions];
  await assertSamePage(
    apps.map(({ app }) => app),
    "/logged-in",
    (place) => cookieOf(apps[place] as VisitedApp, 0),
  );
  return await compare(
    apps.map((visited): Contender => {
      const act: Contender["load"]["act"] = (connection, index) =>
        visit(connection, "/logged-in", cookieOf(visited, index));
      return { app: visited.app, load: { connections, act } };
    }),
  );
}

/** A comparison is one only where all show the same page to the letter, but for an asset's version and the `sub`. */
async function assertSamePage(
  apps: AppUnderTest[],
  path: string,
  cookieOf: (place: number) => string | undefined,
): Promise<void> {
  const pages = await Promise.all(
    apps.map(async ({ port }, place) => {
      const connection = await openConnection(port);
      const { body } = await visit(connection, path, cookieOf(place));
      connection.close();
      return body.replace(/\?v=\w+|[\da-f-]{36}/g, "");
    }),
  );
  const other = apps.find((_app, place) => pages[place] !== pages[0]);
  if (other) throw new Error(`${other.name} shows another page than ${apps[0]?.name} at ${path}.`);
}
