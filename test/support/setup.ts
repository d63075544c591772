import { format } from "node:util";
import { afterEach, expect } from "vitest";
import { complain, takeComplaints } from "./complaints.ts";
import "./loopback-only.ts";

afterEach(() => {
  const left = takeComplaints();
  expect(left, left.join("\n")).toEqual([]);
});

// A test that expects one replaces the method: vi.spyOn(console, "error").mockImplementation(() => {}).
for (const level of ["error", "warn"] as const) {
  console[level] = (...args: unknown[]) => {
    complain(`Unexpected console.${level}: ${format(...args)}`);
  };
}
