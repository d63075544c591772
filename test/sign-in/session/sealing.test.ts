import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { createRowSealer } from "../../../src/sign-in/session/row-sealer.ts";
import { createSealer } from "../../../src/sign-in/session/sealing.ts";

test("a sealer without a secret is an error of ours", () => {
  expect(() => createSealer([], "session rows")).toThrow(new TypeError("A sealer needs a secret."));
});

test("what an earlier release has sealed still opens, and so does an empty text", () => {
  const sealer = createSealer(["a secret of thirty-two characters"], "session rows");
  const sealed = Buffer.from("kbrCQ5Ey39rWkmh6RoWFgBR3FGVlk9rrJRIuDwBGOvE", "base64url");

  expect(sealer.open(sealed, "session:1")).toBe("Zoë");
  expect(sealer.open(sealer.seal("", "session:1"), "session:1")).toBe("");
});

// Again, since the worker may let go of other things meanwhile.
test("of the rows that were opened three megabytes are remembered, and no more", {
  retry: 2,
}, () => {
  const sealer = createRowSealer(["a secret of thirty-two characters"], undefined);
  const before = usedHeap();

  for (let at = 100; at < 200; at += 1) {
    const place = `row:${at}`;
    sealer.open(sealer.seal(place.repeat(40_000), place), place);
  }

  // Less than the three would be decrypted over and over; the rest is for what else the worker does meanwhile.
  const megabytes = (usedHeap() - before) / 1024 / 1024;
  expect(megabytes).toBeGreaterThan(2);
  expect(megabytes).toBeLessThan(5);
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

/** What lives on the heap, in bytes. */
function usedHeap(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // What a finalizer lets go of is left to the second one.
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
