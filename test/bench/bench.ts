import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApps } from "./apps.ts";
import { leaveTheAppsTheirCore } from "./cores.ts";
import { startProviderStub } from "./provider-stub.ts";
import { startRedis } from "./redis.ts";
import { describeMachine, figures, verdictTable } from "./report.ts";
import {
  cpuVerdicts,
  memoryVerdicts,
  requestBytesVerdict,
  startUpVerdicts,
  type Verdict,
} from "./verdicts.ts";
import { memory } from "./workloads/memory.ts";
import { anonymousPages, signedInPages, type VisitedApp } from "./workloads/pages.ts";
import { requestBytes } from "./workloads/request-bytes.ts";
import { signInMany, signIns } from "./workloads/sign-ins.ts";
import { startUp } from "./workloads/start-up.ts";

/**
 * Measures the built app side by side with bare Express and with what people pick today, everything on, and says
 * which of our targets it meets. Needs Linux, for the scheduler's accounting.
 */
const startedAt = performance.now();
const print = (text: string) => process.stdout.write(`${text}\n\n`);
const verdicts: Verdict[] = [];

print(describeMachine());
leaveTheAppsTheirCore();
const folder = await mkdtemp(join(tmpdir(), "bench-"));
const provider = await startProviderStub();
const apps = createApps(folder, provider);

verdicts.push(...startUpVerdicts(await startUp(apps)));
await measureUnderLoad();
verdicts.push(...memoryVerdicts(await memory(apps, provider, folder)));

print(verdictTable(verdicts));
print(`It took ${Math.round((performance.now() - startedAt) / 1000)} s.`);
await rm(folder, { recursive: true });
process.exit(0);

async function measureUnderLoad(): Promise<void> {
  const redis = await startRedis(folder);
  const [bare, awsQuick, ours] = [await apps.bare(), await apps.awsQuick(), await apps.ours()];
  const withRedis =
    redis && (await apps.ours({ name: "ours, Redis", env: { REDIS_URL: redis.url } }));
  if (!withRedis) print("No redis-server on this machine: the rows with Redis are left out.");
  const withSessions = [awsQuick, ours, ...(withRedis ? [withRedis] : [])];

  const w1 = await anonymousPages([bare, awsQuick, ours]);
  print(figures("W1: anonymous index page", w1, "bare"));
  verdicts.push(...cpuVerdicts("W1", "anonymous page", w1, { reference: "bare", atMost: 1.25 }));

  const visited: VisitedApp[] = [{ app: bare, cookies: [] }];
  for (const app of withSessions) {
    visited.push({ app, cookies: await signInMany(app, provider, 1000) });
  }
  for (const sessions of [1, 1000]) {
    const w2 = await signedInPages(visited, sessions);
    const what = `signed-in page, ${sessions === 1 ? "one session" : "1,000 sessions"}`;
    print(figures(`W2: ${what}`, w2, "bare"));
    verdicts.push(...cpuVerdicts("W2", what, w2, { reference: "bare", atMost: 1.5 }));
  }

  const w3 = await signIns(withSessions, provider);
  print(figures("W3: complete sign-ins, 16 at a time", w3, "aws-quick"));
  verdicts.push(
    ...cpuVerdicts("W3", "complete sign-in", w3, { reference: "aws-quick", atMost: 0.95 }),
  );

  verdicts.push(requestBytesVerdict(await requestBytes(ours, provider)));
  for (const app of [bare, ...withSessions]) await app.stop();
  await redis?.stop();
}
