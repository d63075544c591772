import fc from "fast-check";
import { redirectCorpus } from "../support/redirect-corpus.ts";
import { anyText } from "./texts.ts";
import { type World, withWorld } from "./world.ts";

export interface ReturnAddressFigures {
  /** Addresses of the corpus, each of them tried once. */
  corpus: number;
  generated: number;
  /** How many of all these ended anywhere but on the app's own origin: none, or the property fails. */
  leftTheOrigin: number;
}

/** For any return address: a sign-in that was begun with it ends on our own origin, as a browser reads it (RD-1, RD-3). */
export async function checkReturnAddresses(
  runs: number,
  corpus: string[] = redirectCorpus,
): Promise<ReturnAddressFigures> {
  return await withWorld(async (world) => {
    const figures = { corpus: 0, generated: 0, leftTheOrigin: 0 };
    for (const address of corpus) {
      await judge(world, address, figures);
      figures.corpus += 1;
    }
    await fc.assert(
      fc.asyncProperty(addresses, async (address) => {
        await judge(world, address, figures);
        figures.generated += 1;
      }),
      { numRuns: runs },
    );
    return figures;
  });
}

async function judge(world: World, address: string, figures: ReturnAddressFigures): Promise<void> {
  const { appUrl } = world.app;
  const begun = await world.begin(`?returnTo=${encodeURIComponent(address)}`);
  const { status, headers } = await world.finish(begun);
  world.provider.requests.length = 0;
  const { location = "" } = headers;
  const staysHere = URL.canParse(location, appUrl) && new URL(location, appUrl).origin === appUrl;
  // A second reading, by a proxy or a script, must not lead elsewhere than the first.
  const isPlain = /^\/(?![/\\])[\x21-\x7e]*$/.test(location);
  if (status === 303 && staysHere && isPlain) return;
  figures.leftTheOrigin += 1;
  throw new Error(`${JSON.stringify(address)} ended at ${status} ${JSON.stringify(location)}`);
}

const slashes = ["/", "//", "///", "\\", "/\\", "\\/", "%2f", "%5c", "%252f", "\uff0f", "\u2044"];
const blanks = ["\t", "\n", "\r", " ", "\0", "\u000b", "\u00a0", "%09", "%0a", "%00", "%0d%0a"];
const dots = [".", "..", "/./", "/../", "%2e", "%2e%2e/", ";/", ".%2e/"];
const hosts = [
  "evil.example",
  "evil%2eexample",
  "[::1]",
  "0x7f000001",
  "evil\u3002example",
  "localhost",
];
const users = ["localhost@", "a:b@", ":@", "@", "%40"];
const schemes = [
  "https:",
  "http:",
  "HTTPS:",
  "javascript:",
  "data:",
  "ht\ttps:",
  "blob:",
  "//localhost:",
];
const ends = [
  ":80",
  ":443/",
  "?x=//evil.example",
  "#@evil.example",
  "/login",
  "/logout",
  "/%zz",
  "",
];
const piece = fc
  .constantFrom(slashes, blanks, dots, hosts, users, schemes, ends)
  .chain((list) => fc.constantFrom(...list));

/** Made of the parts that parsers have disagreed about, of what looks like an address, and of anything at all. */
const addresses = fc.oneof(
  { weight: 4, arbitrary: fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join("")) },
  {
    weight: 3,
    arbitrary: fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join("")}`),
  },
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.webPath().map((path) => `/${path}`),
  anyText(40).map((text) => `/${text}`),
  anyText(40),
);
