import { statSync } from "node:fs";
import { join } from "node:path";
import type { AppUnderTest } from "../app-under-test.ts";
import type { Apps } from "../apps.ts";
import { type Connection, openConnection } from "../connection.ts";
import { beginSignIn, visit } from "../journey.ts";
import type { ProviderStub } from "../provider-stub.ts";
import { signInMany } from "./sign-ins.ts";

/** Bytes of heap for each, and for visits and abandoned sign-ins what the store grew by. */
export interface Memory {
  perVisit: number;
  perAbandonedSignIn: number;
  inStorePerVisit: number;
  perSession: number;
}

export const visits = 50_000;
export const sessions = 6_000;
const connections = 16;

/** W5: what visitors leave behind in a fresh app, once what they did not leave is collected. */
export async function memory(apps: Apps, provider: ProviderStub, folder: string): Promise<Memory> {
  const dataDirectory = join(folder, "memory");
  const app = await apps.ours({ name: "memory", hasHeapProbe: true });
  const storeBytes = () => statSync(join(dataDirectory, "sessions.mdb")).size;
  const abandon = (connection: Connection) => beginSignIn(connection);
  const look = (connection: Connection) => visit(connection, "/");
  const grown = async (count: number, act: () => Promise<unknown>) => {
    const before = await app.heapBytes();
    await act();
    return ((await app.heapBytes()) - before) / count;
  };

  // Code that is compiled and pools that fill up on the way are no visitor's doing.
  await times(app, 5_000, look);
  await times(app, 5_000, abandon);
  await signInMany(app, provider, 1_500);

  const storeBefore = storeBytes();
  const perVisit = await grown(visits, () => times(app, visits, look));
  const perAbandonedSignIn = await grown(visits, () => times(app, visits, abandon));
  const inStorePerVisit = (storeBytes() - storeBefore) / (2 * visits);
  const perSession = await grown(sessions, () => signInMany(app, provider, sessions));
  await app.stop();
  return { perVisit, perAbandonedSignIn, inStorePerVisit, perSession };
}

async function times(
  app: AppUnderTest,
  count: number,
  act: (connection: Connection) => Promise<unknown>,
): Promise<void> {
  let done = 0;
  const workers = Array.from({ length: connections }, async () => {
    const connection = await openConnection(app.port);
    while (done++ < count) await act(connection);
    connection.close();
  });
  await Promise.all(workers);
}
