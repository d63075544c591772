import { cpuRatio, type Row } from "./rounds.ts";
import { type Memory, sessions, visits } from "./workloads/memory.ts";
import type { RequestBytes } from "./workloads/request-bytes.ts";
import type { StartUp } from "./workloads/start-up.ts";

/** One promise of ours with what came of it. */
export interface Verdict {
  workload: string;
  what: string;
  target: string;
  measured: string;
  isMet: boolean;
}

/** A verdict for each row of ours: its CPU time against the reference's. */
export function cpuVerdicts(
  workload: string,
  what: string,
  rows: Row[],
  { reference, atMost }: { reference: string; atMost: number },
): Verdict[] {
  const ours = rows.map(({ name }) => name).filter((name) => name.startsWith("ours"));
  return ours.map((name) => {
    const ratio = cpuRatio(rows, name, reference);
    return {
      workload,
      what: name === "ours" ? what : `${what}, Redis`,
      target: `CPU ≤ ${atMost.toFixed(2)} × ${reference}`,
      measured: ratio.toFixed(2),
      isMet: ratio <= atMost,
    };
  });
}

export function startUpVerdicts(times: StartUp): Verdict[] {
  const { bareMs, oursMs, ratio, withLocalCognitoMs } = times;
  return [
    {
      workload: "W4",
      what: "start to first answer, production",
      target: "≤ 1.60 × bare",
      measured: `${ratio.toFixed(2)} (${oursMs.toFixed(0)} ms to ${bareMs.toFixed(0)} ms)`,
      isMet: ratio <= 1.6,
    },
    {
      workload: "W4",
      what: "first start ever, with local Cognito",
      target: "< 1000 ms",
      measured: `${withLocalCognitoMs.toFixed(0)} ms`,
      isMet: withLocalCognitoMs < 1000,
    },
  ];
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
