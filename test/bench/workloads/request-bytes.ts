import type { AppUnderTest } from "../app-under-test.ts";
import { openConnection } from "../connection.ts";
import { setCookiesOf, signIn, visit } from "../journey.ts";
import type { ProviderStub } from "../provider-stub.ts";

export interface RequestBytes {
  cookie: number;
  setCookie: number;
}

/** W6: what the cookies of a signed-in visitor add to a page's request and to its answer. */
export async function requestBytes(
  app: AppUnderTest,
  provider: ProviderStub,
): Promise<RequestBytes> {
  const connection = await openConnection(app.port);
  const cookie = await signIn(connection, provider);
  const page = await visit(connection, "/logged-in", cookie);
  connection.close();
  return { cookie: cookie.length, setCookie: setCookiesOf(page).join("").length };
}
