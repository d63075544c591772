import { onTestFinished, vi } from "vitest";

/** Until the test is over, and whatever this machine has set: the names in small letters would win. */
export function setProxy({
  HTTPS_PROXY,
  NO_PROXY = "",
}: {
  HTTPS_PROXY: string;
  NO_PROXY?: string;
}): void {
  for (const name of ["https_proxy", "no_proxy"]) vi.stubEnv(name, "");
  vi.stubEnv("HTTPS_PROXY", HTTPS_PROXY);
  vi.stubEnv("NO_PROXY", NO_PROXY);
  onTestFinished(() => void vi.unstubAllEnvs());
}
