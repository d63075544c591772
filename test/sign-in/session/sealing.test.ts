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
