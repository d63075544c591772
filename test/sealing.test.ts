import { expect, test } from "vitest";
import { createRowSealer } from "../src/session/row-sealer.ts";
import { createSealer } from "../src/session/sealing.ts";

test("a sealer without a secret is an error of ours", () => {
  expect(() => createSealer([], "session rows")).toThrow(new TypeError("A sealer needs a secret."));
});

test("rows are opened right, however many were opened since", () => {
  const sealer = createRowSealer(["a secret of thirty-two characters"], undefined);
  const rows = Array.from({ length: 100 }, (_, at) => ({
    place: `session:${at}`,
    text: String(at).repeat(30_000),
  })).map((row) => ({ ...row, sealed: sealer.seal(row.text, row.place) }));

  for (const { sealed, place, text } of [...rows, ...rows.toReversed()]) {
    expect(sealer.open(sealed, place) === text).toBe(true);
  }
});

test("a row that somebody has copied from another client of the pool does not open", () => {
  const settings = {
    domain: "https://pool.example",
    issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_example",
    clientId: "shop",
    clientSecret: "secret",
  };
  const shop = createRowSealer(["a secret of thirty-two characters"], settings);
  const office = createRowSealer(["a secret of thirty-two characters"], {
    ...settings,
    clientId: "office",
  });
  const sealed = shop.seal("mira", "session:1");

  expect(shop.open(sealed, "session:1")).toBe("mira");
  expect(office.open(sealed, "session:1")).toBeUndefined();
});
