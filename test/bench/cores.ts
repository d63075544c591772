import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

const appCore = "0";
const ownCore = "1";

/** True where the apps get a core to themselves; with one core, or without taskset, everything shares. */
export const isPinned = availableParallelism() > 1 && hasTaskset();

/** Keeps the load generator and the provider stub, which are this process, off the apps' core. */
export function leaveTheAppsTheirCore(): void {
  if (isPinned) execFileSync("taskset", ["-acp", ownCore, String(process.pid)]);
}

/** The command that runs node, on the apps' core. */
export function pinnedNode(args: string[]): [command: string, args: string[]] {
  return isPinned
    ? ["taskset", ["-c", appCore, process.execPath, ...args]]
    : [process.execPath, args];
}

/** CPU milliseconds of a process so far, all of its threads, from the scheduler's accounting (nanoseconds in /proc). */
export function cpuMsOf(pid: number): number {
  const folder = `/proc/${pid}/task`;
  let nanoseconds = 0;
  for (const thread of readdirSync(folder)) {
    nanoseconds += Number(readFileSync(`${folder}/${thread}/schedstat`, "latin1").split(" ")[0]);
  }
  return nanoseconds / 1e6;
}

function hasTaskset(): boolean {
  try {
    execFileSync("taskset", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
