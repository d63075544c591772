import type { Findings } from "./figure.ts";

const share = Number(process.env.FIGURES_SHARE ?? 1);

/** Every part of the figures by its name; each loads no more than it needs. */
export const parts = {
  suite: async () => (await import("./suite.ts")).measureSuite(),
  faults: async () => (await import("./faults/matrix.ts")).measureFaults(),
  redirects: async () => (await import("./generated.ts")).measureRedirects(share),
  callbacks: async () => (await import("./generated.ts")).measureCallbacks(share),
  interleavings: async () => (await import("./generated.ts")).measureInterleavings(share),
  users: async () => (await import("./generated.ts")).measureUsersApart(share),
  bytes: async () => (await import("./generated.ts")).measureChangedBytes(share),
  keys: async () => (await import("./generated.ts")).measureUnknownKeys(share),
  values: async () => (await import("./generated.ts")).measureOneTimeValues(share),
  raw: async () => (await import("./generated.ts")).measureRawInputs(share),
  calls: async () => (await import("./mutated-calls.ts")).measureMutatedCalls(share),
  operations: async () => (await import("./operations.ts")).measureOperations(share),
  template: async () => (await import("./large-template.ts")).measureLargeTemplate(),
  overload: async () => (await import("./overload.ts")).measureOverload(),
  spam: async () => (await import("./load/spam.ts")).measureSpam(share),
  guessing: async () => (await import("./load/guessing.ts")).measureGuessing(share),
  shutdown: async () => (await import("./generated.ts")).measureShutdown(share),
  flood: async () => (await import("./load/flood.ts")).measureFlood(share),
  soak: async () => (await import("./load/soak.ts")).measureSoak(soakMinutes * share),
  mutation: async () => (await import("../mutation/score.ts")).measureMutations(),
} satisfies Record<string, () => Promise<Findings>>;

export type PartName = keyof typeof parts;

const soakMinutes = 5;

export const partNames = Object.keys(parts) as PartName[];

/** Those that count and need one core, longest first, so that two can run at once; the others also measure time. */
export const countingParts: PartName[] = [
  "users",
  "callbacks",
  "redirects",
  "interleavings",
  "bytes",
  "values",
  "raw",
  "calls",
  "keys",
];

/** All that fit into half an hour; the mutation run takes longer than the rest together. */
export const partsByDefault = partNames.filter((name) => name !== "mutation");
