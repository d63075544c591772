import { describe, expect, test } from "vitest";
import { answer } from "../../support/faults.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { callbackOf, signInAtProvider } from "../../support/refused.ts";
import { signedInAs, signedInHeading } from "../../support/signed-in.ts";
import { startForAll } from "../../support/start.ts";
import { createVisitor } from "../../support/visitor.ts";

const provider = providerForAll();

describe("An outage of the pool", () => {
  const app = startForAll(() => ({ userPool: provider() }));

  test("ID-24, ID-25: a key that was rotated in it is found by the first sign-in after it, however many failed", async () => {
    expect((await signInAtProvider(createVisitor(), app())).heading).toBe(signedInHeading);
    await provider().rotateKeys();
    provider().script({ jwksAnswer: answer(500) });
    for (let attempt = 0; attempt < 8; attempt += 1) {
      expect((await signInAtProvider(createVisitor(), app())).status).toBe(502);
    }

    provider().script({ jwksAnswer: undefined });

    expect((await signInAtProvider(createVisitor(), app())).heading).toBe(signedInHeading);
  });

  test.each([
    ["TE-2", "token endpoint", "tokenAnswer"],
    ["ID-25", "key set", "jwksAnswer"],
  ])("%s: an overloaded %s makes the visitor wait as long as it says", async (_, __, part) => {
    await provider().rotateKeys();
    provider().script({ [part]: answer(503, "", { "retry-after": "7" }) });

    const page = await signInAtProvider(createVisitor(), app());

    expect([page.status, page.headers["retry-after"]]).toEqual([503, "7"]);
  });

  test("TE-4: signs nobody out who was signed in, and nobody in as somebody else", async () => {
    const member = createVisitor();
    const newcomer = createVisitor();
    await signInAtProvider(member, app());
    const callback = await callbackOf(newcomer, app());

    await provider().goDown();
    const during = [(await newcomer.visit(callback.href)).status, await signedInAs(member, app())];
    await provider().comeBack();

    expect(during).toEqual([504, "mira"]);
    expect(await signedInAs(newcomer, app())).toBeUndefined();
    expect((await signInAtProvider(newcomer, app())).heading).toBe(signedInHeading);
  });
});
