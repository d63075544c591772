import { expect, onTestFinished, test } from "vitest";
import { createRowSealer } from "../../../src/sign-in/session/row-sealer.ts";
import { createUserIndex } from "../../../src/sign-in/session/user-index.ts";
import { openEmbeddedRowStore } from "../../../src/sign-in/store/embedded/row-store.ts";
import { testSecret } from "../../support/start.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { watchRows } from "../../support/watched-rows.ts";

test("CC-2: of three hundred sign-ins of one user at the same moment each is listed, at two writes each", async () => {
  const store = await openEmbeddedRowStore(await temporaryDirectory(), Date.now);
  onTestFinished(() => store.close());
  const watched = watchRows();
  const index = createUserIndex({
    rows: watched.wrap(store),
    sealer: createRowSealer([testSecret], undefined),
    now: Date.now,
  });
  const ids = Array.from({ length: 300 }, (_, number) => `session-${number}`);
  const until = Date.now() + 60_000;

  await Promise.all(ids.map((id) => index.add("mira", { id, until })));

  expect(await index.list("mira")).toEqual(ids);
  expect(watched.calls.filter(({ method }) => method !== "read").length).toBeLessThan(2 * 300);
});
