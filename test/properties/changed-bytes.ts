import fc from "fast-check";
import { sessionGivenBy, type World, withWorld } from "./world.ts";

export interface ChangedByteFigures {
  tokens: number;
  sessionCookies: number;
  pendingSignIns: number;
  /** How many of all these were believed: none, or the property fails. */
  accepted: number;
}

/** For any change of one byte of a good ID token, session cookie or pending sign-in: refused (ID-4, SC-3, CB-9). */
export async function checkChangedBytes(runs: number): Promise<ChangedByteFigures> {
  return await withWorld(async (world) => {
    const figures = { tokens: 0, sessionCookies: 0, pendingSignIns: 0, accepted: 0 };
    const judge = (isAccepted: boolean, kind: keyof ChangedByteFigures) => {
      figures[kind] += 1;
      if (!isAccepted) return;
      figures.accepted += 1;
      throw new Error(`A changed byte was accepted (${kind}).`);
    };
    await checkEach(runs, async (change) => judge(await isTokenAccepted(world, change), "tokens"));
    const session = await world.signIn();
    await checkEach(runs, async (change) => {
      const [name, value = ""] = session.split("=", 2);
      fc.pre(colonAsItIs(change(value)) !== colonAsItIs(value));
      judge(await isSessionAccepted(world, `${name}=${change(value)}`), "sessionCookies");
    });
    await checkEach(runs, async (change) =>
      judge(await isPendingSignInAccepted(world, change), "pendingSignIns"),
    );
    return figures;
  });
}

type Change = (text: string) => string;

function checkEach(runs: number, check: (change: Change) => Promise<void>): Promise<void> {
  // Any character that may travel in a header and in JSON as one byte.
  const character = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
  const place = fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), character });
  return fc.assert(
    fc.asyncProperty(place, async ({ share, character: next }) => {
      await check((text) => {
        const at = Math.min(Math.floor(share * text.length), text.length - 1);
        return text.slice(0, at) + (text[at] === next ? other(next) : next) + text.slice(at + 1);
      });
    }),
    { numRuns: runs },
  );
}

/** The one character that is percent-encoded in the cookie has two spellings, which say the same. */
function colonAsItIs(value: string): string {
  return value.replace(/%3a/i, ":");
}

function other(character: string): string {
  return character === "x" ? "y" : "x";
}

async function isTokenAccepted(world: World, change: Change): Promise<boolean> {
  world.provider.scriptNext({ jwt: change });
  const answer = await world.finish(await world.begin());
  world.provider.requests.length = 0;
  return sessionGivenBy(answer) !== undefined;
}

async function isSessionAccepted(world: World, cookie: string): Promise<boolean> {
  const { status } = await world.client.ask("GET", "/logged-in", { cookie });
  return status === 200;
}

async function isPendingSignInAccepted(world: World, change: Change): Promise<boolean> {
  const begun = await world.begin();
  const [name = "", value = ""] = begun.cookie.split("=");
  world.takeTokenCalls();
  const answer = await world.finish({ ...begun, cookie: `${name}=${change(value)}` });
  const tokenCalls = world.takeTokenCalls();
  return tokenCalls > 0 || sessionGivenBy(answer) !== undefined;
}
