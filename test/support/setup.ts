import { format } from "node:util";
import { afterAll, afterEach, expect } from "vitest";
import { reportCounts, takeLeaks } from "./canary.ts";
import { complain, takeComplaints } from "./complaints.ts";
import { takeUndocumented } from "./documented-log.ts";
import "./loopback-only.ts";
import { takePollution } from "./prototypes.ts";

afterEach(expectNoComplaints);
afterAll(() => {
  expectNoComplaints();
  reportCounts();
});

function expectNoComplaints(): void {
  const left = [...takeComplaints(), ...takeLeaks(), ...takePollution(), ...takeUndocumented()];
  expect(left, left.join("\n")).toEqual([]);
}

// A test that expects one replaces the method: vi.spyOn(console, "error").mockImplementation(() => {}).
for (const level of ["error", "warn"] as const) {
  console[level] = (...args: unknown[]) => {
    complain(`Unexpected console.${level}: ${format(...args)}`);
  };
}
