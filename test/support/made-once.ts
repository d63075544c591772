import type { TestProject } from "vitest/node";
import { unpackBrowser } from "./browser-binary.ts";
import { buildApp } from "./built-app.ts";

/** Makes what tests share, all of it at the same time: the built app, the browser, and a pool that nobody has used. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const others = [buildApp(), unpackBrowser()];
  // Loaded while the compiler runs.
  const poolTemplate = await import("./pool-template.ts");
  const [removePool] = await Promise.all([poolTemplate.setup(project), ...others]);
  return removePool;
}
