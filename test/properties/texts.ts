import fc from "fast-check";

const characters = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0x1f }) },
  { weight: 1, arbitrary: fc.integer({ min: 0x7f, max: 0x2fff }) },
  { weight: 1, arbitrary: fc.integer({ min: 0xf900, max: 0x1f9ff }) },
);

/** Any text, with control characters and letters of every width; only halves of surrogate pairs are left out. */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  return fc.array(characters, { maxLength }).map((codes) => String.fromCodePoint(...codes));
}
