import type { AppUnderTest } from "../app-under-test.ts";
import { openConnection } from "../connection.ts";
import { signIn } from "../journey.ts";
import type { ProviderStub } from "../provider-stub.ts";
import { compare, type Row } from "../rounds.ts";

const atATime = 16;

/** W3: complete sign-ins, each with the signed-in page that it ends at. */
export async function signIns(apps: AppUnderTest[], provider: ProviderStub): Promise<Row[]> {
  return await compare(
    apps.map((app) => ({
      app,
      load: { connections: atATime, act: (connection) => signIn(connection, provider) },
    })),
  );
}

/** Signs in `count` times and resolves to the cookies. */
export async function signInMany(
  app: AppUnderTest,
  provider: ProviderStub,
  count: number,
): Promise<string[]> {
  const cookies: string[] = [];
  let begun = 0;
  const workers = Array.from({ length: atATime }, async () => {
    const connection = await openConnection(app.port);
    while (begun++ < count) cookies.push(await signIn(connection, provider));
    connection.close();
  });
  await Promise.all(workers);
  return cookies;
}
