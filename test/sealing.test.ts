import { expect, test } from "vitest";
import { createRowSealer } from "../src/session/row-sealer.ts";
import { createSealer } from "../src/session/sealing.ts";

test("a sealer without a secret is an error of ours", () => {
  expect(() => createSealer([], "session rows")).toThrow(new TypeError("A sealer needs a secret."));
});

test("rows are opened right, however many were opened since", () => {
  const sealer = createRowSealer(["a secret of thirty-two characters"]);
  const rows = Array.from({ length: 100 }, (_, at) => ({
    place: `session:${at}`,
    text: String(at).repeat(30_000),
  })).map((row) => ({ ...row, sealed: sealer.seal(row.text, row.place) }));

  for (const { sealed, place, text } of [...rows, ...rows.toReversed()]) {
    expect(sealer.open(sealed, place) === text).toBe(true);
  }
});
