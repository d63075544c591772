import { cpuRatio, median, type Ratio, type Row, ratioOf, written } from "./rounds.ts";
import { type Memory, sessions, visits } from "./workloads/memory.ts";
import type { RequestBytes } from "./workloads/request-bytes.ts";
import type { Times } from "./workloads/start-up.ts";

/** One promise of ours with what came of it. */
export interface Verdict {
  workload: string;
  what: string;
  target: string;
  measured: string;
  isMet: boolean;
}

/** What is wanted of each row of ours, by its name, in times of the reference. */
export type Wanted = Record<string, number>;

/** A verdict for each row of ours: its CPU time against the reference's. */
export function cpuVerdicts(
  workload: string,
  what: string,
  rows: Row[],
  { reference, ...wanted }: { reference: string; atMost: Wanted },
): Verdict[] {
  return verdictsOf(workload, what, wanted.atMost, (name) =>
    rows.some((row) => row.name === name) ? cpuRatio(rows, name, reference) : undefined,
  ).map((verdict) => ({ ...verdict, target: `CPU ${verdict.target} × ${reference}` }));
}

/** The same of starts, in time that passes. */
export function startVerdicts(
  workload: string,
  what: string,
  times: Times,
  { reference, ...wanted }: { reference: string; atMost: Wanted },
): Verdict[] {
  return verdictsOf(workload, what, wanted.atMost, (name) =>
    times.some((row) => row.name === name) ? ratioOf(times, name, reference) : undefined,
  ).map((verdict) => ({ ...verdict, target: `${verdict.target} × ${reference}` }));
}

function verdictsOf(
  workload: string,
  what: string,
  wanted: Wanted,
  measure: (name: string) => Ratio | undefined,
): Verdict[] {
  return Object.entries(wanted).flatMap(([name, atMost]) => {
    const ratio = measure(name);
    if (!ratio) return [];
    return {
      workload,
      what: name === "ours" ? what : `${what}${name.slice("ours".length)}`,
      target: `≤ ${atMost.toFixed(2)}`,
      measured: written(ratio),
      isMet: ratio.middle <= atMost,
    };
  });
}

export function newcomerVerdict(times: Times): Verdict {
  const ms = median(times.find(({ name }) => name === "ours with local Cognito")?.ms ?? []);
  return {
    workload: "W4",
    what: "first start ever, with local Cognito",
    target: "< 1000 ms",
    measured: `${ms.toFixed(0)} ms`,
    isMet: ms < 1000,
  };
}

export function memoryVerdicts(memory: Memory): Verdict[] {
  const verdict = (what: string, bytes: number, atMost: number): Verdict => ({
    workload: "W5",
    what,
    target: atMost === nothing ? "nothing" : `≤ ${atMost} bytes`,
    measured: `${bytes.toFixed(1)} bytes`,
    isMet: bytes <= atMost,
  });
  return [
    verdict(`heap for each of ${visits} anonymous visits`, memory.perVisit, nothing),
    verdict(`heap for each of ${visits} abandoned sign-ins`, memory.perAbandonedSignIn, nothing),
    verdict("the store for each of both", memory.inStorePerVisit, nothing),
    verdict(`heap for each of ${sessions} sessions`, memory.perSession, 700),
  ];
}

/** Bytes for each of tens of thousands: by that much the collector's own accounting moves. */
const nothing = 10;

export function requestBytesVerdict({ cookie, setCookie }: RequestBytes): Verdict {
  return {
    workload: "W6",
    what: "Cookie and Set-Cookie bytes of a signed-in page",
    target: "≤ 100 and 0",
    measured: `${cookie} and ${setCookie}`,
    isMet: cookie <= 100 && setCookie === 0,
  };
}
