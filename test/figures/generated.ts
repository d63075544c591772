import { explore } from "../interleavings/explore.ts";
import { checkCallbacks } from "../properties/callbacks.ts";
import { checkChangedBytes } from "../properties/changed-bytes.ts";
import { checkOneTimeValues } from "../properties/one-time-values.ts";
import { checkReturnAddresses } from "../properties/return-addresses.ts";
import { checkUnknownKeys } from "../properties/unknown-keys.ts";
import { checkUsersApart } from "../properties/users-apart.ts";
import { redirectCorpus } from "../support/redirect-corpus.ts";
import { duration, type Figure, type Findings, grouped, none } from "./figure.ts";
import { rawInputs } from "./raw-inputs.ts";
import { shutdown } from "./shutdown.ts";

const targets = {
  corpus: 558,
  redirects: 10_000,
  callbacks: 100_000,
  orders: 5_000,
  responses: 100_000,
  changedBytes: 5_000,
  unknownKeys: 1_000,
  starts: 10_000,
  rawInputs: 10_000,
  shutdowns: 100,
};

/** A property fails at its first violation, with what plays it again: nothing is left to count then. */
async function upheld(what: string, check: () => Promise<Figure[]>): Promise<Findings> {
  try {
    return { figures: await check() };
  } catch (error) {
    const figure = { what, target: "no violation", measured: "violated", isMet: false };
    return { figures: [figure], details: [String(error)] };
  }
}

/** What a smaller run comes to, in whole ones. */
function scaled(count: number, share: number): number {
  return Math.ceil(count * share);
}

function atLeast(what: string, target: number, measured: number, share: number): Figure {
  const isMet = measured >= target * share;
  return { what, target: `${grouped(target)} or more`, measured: grouped(measured), isMet };
}

/** RD-1 */
export function measureRedirects(share: number): Promise<Findings> {
  return upheld("Redirect payloads", async () => {
    const corpus = redirectCorpus.slice(0, scaled(redirectCorpus.length, share));
    const found = await checkReturnAddresses(scaled(targets.redirects, share), corpus);
    const { generated, leftTheOrigin } = found;
    return [
      {
        what: "Redirect payloads: corpus + generated",
        target: `${targets.corpus} + ${grouped(targets.redirects)}`,
        measured: `${found.corpus} + ${grouped(generated)}`,
        isMet: found.corpus >= targets.corpus * share && generated >= targets.redirects * share,
      },
      none("Redirect payloads: left the origin", leftTheOrigin),
    ];
  });
}

/** CB-2, CB-3, CB-6, CB-9, CB-10 */
export function measureCallbacks(share: number): Promise<Findings> {
  return upheld("Generated callbacks", async () => {
    const found = await checkCallbacks(scaled(targets.callbacks, share));
    const honest = `${grouped(found.honestSignIns)} honest ones among them`;
    return [
      atLeast(`Generated callbacks, ${honest}`, targets.callbacks, found.runs, share),
      none("Generated callbacks: wrong sign-ins", found.wrongSignIns),
      none("Generated callbacks: 5xx", found.serverErrors),
      none("Generated callbacks: needless token calls", found.needlessTokenCalls),
    ];
  });
}

/** CC-1 to CC-4 */
export function measureInterleavings(share: number): Promise<Findings> {
  return upheld("Interleavings", async () => {
    const { orders, distinct, violations } = await explore(scaled(targets.orders, share));
    return [
      atLeast(
        `Interleavings, ${grouped(distinct)} of them distinct`,
        targets.orders,
        orders,
        share,
      ),
      none("Interleavings: violations", violations),
    ];
  });
}

/** CC-5 */
export function measureUsersApart(share: number): Promise<Findings> {
  return upheld("Interleaved users", async () => {
    const { users, responses, mixedUp } = await checkUsersApart(scaled(targets.responses, share));
    return [
      atLeast(`Responses to ${users} interleaved users`, targets.responses, responses, share),
      none("Interleaved users: pages of somebody else", mixedUp),
    ];
  });
}

/** ID-4, SC-3, CB-9 */
export function measureChangedBytes(share: number): Promise<Findings> {
  return upheld("Changed bytes", async () => {
    const found = await checkChangedBytes(scaled(targets.changedBytes / 3, share));
    const { tokens, sessionCookies, pendingSignIns, accepted } = found;
    const tried = tokens + sessionCookies + pendingSignIns;
    const what = "Good tokens, session cookies and pending sign-ins with one byte changed";
    return [
      atLeast(what, targets.changedBytes, tried, share),
      none("Changed bytes: accepted", accepted),
    ];
  });
}

/** ID-5 */
export function measureUnknownKeys(share: number): Promise<Findings> {
  return upheld("Unknown key ids", async () => {
    const found = await checkUnknownKeys(scaled(targets.unknownKeys, share));
    return [
      atLeast("Sign-ins with as many unknown key ids", targets.unknownKeys, found.signIns, share),
      none("Unknown key ids: accepted", found.accepted),
      {
        what: "Unknown key ids: fetches of the key set within their minute",
        target: "7 or less",
        measured: String(found.keySetFetches),
        isMet: found.keySetFetches <= 7,
      },
    ];
  });
}

/** AR-2 */
export function measureOneTimeValues(share: number): Promise<Findings> {
  return upheld("One-time values", async () => {
    const sessions = scaled(targets.starts / 10, share);
    const found = await checkOneTimeValues(scaled(targets.starts, share), sessions);
    const { signInsStarted, sessionsBegun, values, repeated } = found;
    const what = `Sign-ins started, ${grouped(sessionsBegun)} of them finished`;
    return [
      atLeast(what, targets.starts, signInsStarted, share),
      none(`One-time values and session ids: ${grouped(values)}, of them seen twice`, repeated),
    ];
  });
}

/** IN-1 to IN-8 */
export async function measureRawInputs(share: number): Promise<Findings> {
  const found = await rawInputs(scaled(targets.rawInputs, share));
  return {
    figures: [
      atLeast("Raw-socket inputs", targets.rawInputs, found.requests, share),
      none("Raw-socket inputs: 5xx", found.serverErrors),
      none("Raw-socket inputs: hangs over 5 s", found.hangs),
      none("Raw-socket inputs: crashes", found.crashes),
    ],
    details: [`seed ${found.seed}`, ...found.examples],
  };
}

/** OL-3 */
export async function measureShutdown(share: number): Promise<Findings> {
  const found = await shutdown({ runs: scaled(targets.shutdowns, share) });
  const answered = `${grouped(found.answered)} answered, ${grouped(found.signedIn)} sign-ins`;
  return {
    figures: [
      atLeast(`SIGTERMs under load (${answered})`, targets.shutdowns, found.runs, share),
      none("SIGTERMs: requests under way that were dropped", found.dropped, `${found.underWay}`),
      none("SIGTERMs: exits with an error", found.failedExits),
      {
        what: "SIGTERMs: slowest stop",
        target: "10 s or less",
        measured: duration(found.slowestStopMs),
        isMet: found.slowestStopMs <= 10_000,
      },
    ],
  };
}
