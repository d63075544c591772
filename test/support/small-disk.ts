import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A real disk of a few megabytes that nothing but a test writes to. */
export interface SmallDisk {
  directory: string;
  /** Takes every byte that is left. */
  fill(): void;
  freeBytes(): number;
}

const mountedForItself = ["--mount", "--map-root-user"];

/** True where this account may mount a disk for itself. Otherwise tests are left out, and that is said aloud. */
export function canMount(): boolean {
  const tried = spawnSync("unshare", [...mountedForItself, "mount", "-t", "tmpfs", "none", "/mnt"]);
  if (tried.status === 0) return true;
  process.stderr.write(
    "\nLEFT OUT: tests on a disk without a byte left, since this account may not mount one for itself.\n\n",
  );
  return false;
}

/** Mounts a disk where no other process sees it; it is gone with the process that holds it, however the tests end. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk> {
  const script = `mount -t tmpfs -o size=${megabytes}m none /mnt && echo mounted && exec cat`;
  const holder = spawn("unshare", [...mountedForItself, "sh", "-c", script]);
  const gone = once(holder, "close");
  await once(holder.stdout, "data");
  const directory = `/proc/${holder.pid}/root/mnt`;
  onTestFinished(async () => {
    holder.kill("SIGKILL");
    await gone;
  });
  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  };
  return {
    directory,
    freeBytes,
    fill() {
      const filler = join(directory, "filler");
      while (freeBytes() > 0) writeFileSync(filler, Buffer.alloc(freeBytes()), { flag: "a" });
    },
  };
}
