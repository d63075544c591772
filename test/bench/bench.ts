import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AppUnderTest } from "./app-under-test.ts";
import { createApps, packageAlone, rivals } from "./apps.ts";
import { leaveTheAppsTheirCore } from "./cores.ts";
import { startProviderStub } from "./provider-stub.ts";
import { startRedis } from "./redis.ts";
import { describeMachine, figures, startFigures, verdictTable } from "./report.ts";
import {
  cpuVerdicts,
  memoryVerdicts,
  newcomerVerdict,
  requestBytesVerdict,
  startVerdicts,
  type Verdict,
} from "./verdicts.ts";
import { memory } from "./workloads/memory.ts";
import { anonymousPages, signedInPages, type VisitedApp } from "./workloads/pages.ts";
import { requestBytes } from "./workloads/request-bytes.ts";
import { signInMany, signIns } from "./workloads/sign-ins.ts";
import { firstSignIn, type Start, startUp } from "./workloads/start-up.ts";

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

const redis = await startRedis(folder);
if (!redis) print("No redis-server on this machine: the rows with Redis are left out.");
const startWithRedis: Start[] = redis
  ? [() => apps.ours({ name: "ours, Redis", env: { REDIS_URL: redis.url } })]
  : [];
await measureStarts();
await measureUnderLoad();
verdicts.push(...memoryVerdicts(await memory(apps, provider, folder)));
await redis?.stop();

print(verdictTable(verdicts));
print(`It took ${Math.round((performance.now() - startedAt) / 1000)} s.`);
await rm(folder, { recursive: true });
process.exit(0);

async function measureStarts(): Promise<void> {
  const ours = [() => apps.ours(), ...startWithRedis, apps.package];
  const w4 = await startUp([apps.bare, ...ours, apps.oursWithLocalCognito], 5);
  print(startFigures("W4: start to the first page", w4, "bare"));
  const reference = "bare";
  const atMost = { ours: 1, "ours, Redis": 1.5, [packageAlone]: 1 };
  verdicts.push(
    ...startVerdicts("W4", "start to the first page", w4, { reference, atMost }),
    newcomerVerdict(w4),
  );

  const others = rivals.map((name) => () => apps.rival(name));
  const w7 = await firstSignIn([...others, ...ours], provider, 5);
  print(startFigures("W7: start to the first finished sign-in", w7, "aws-quick"));
  verdicts.push(
    ...startVerdicts("W7", "start to the first finished sign-in", w7, {
      reference: "aws-quick",
      atMost: { ours: 1, "ours, Redis": 1.3, [packageAlone]: 1 },
    }),
  );
}

async function measureUnderLoad(): Promise<void> {
  const bare = await apps.bare();
  const ours: AppUnderTest[] = [];
  for (const start of [() => apps.ours(), ...startWithRedis, apps.package])
    ours.push(await start());
  const others: AppUnderTest[] = [];
  for (const name of rivals) others.push(await apps.rival(name));

  const w1 = await anonymousPages([bare, ...others, ...ours]);
  print(figures("W1: anonymous index page", w1, "bare"));
  const wantedOfW1 = { ours: 0.95, "ours, Redis": 0.95, [packageAlone]: 0.95 };
  verdicts.push(
    ...cpuVerdicts("W1", "anonymous page", w1, { reference: "bare", atMost: wantedOfW1 }),
  );

  const visited: VisitedApp[] = [{ app: bare, cookies: [] }];
  for (const app of [...others, ...ours]) {
    // A rival with as many sessions is the strongest one alone: it takes the time of all the rest.
    const sessions = app.name === "aws-quick" || ours.includes(app) ? 1000 : 1;
    visited.push({ app, cookies: await signInMany(app, provider, sessions) });
  }
  const one = await signedInPages(visited, 1);
  print(figures("W2: signed-in page, one session", one, "bare"));
  const many = await signedInPages(
    visited.filter(({ app, cookies }) => app === bare || cookies.length > 1),
    1000,
  );
  print(figures("W2: signed-in page, 1,000 sessions", many, "bare"));
  verdicts.push(
    ...cpuVerdicts("W2", "signed-in page, one session", one, {
      reference: "bare",
      atMost: { ours: 1.2, "ours, Redis": 1.15, [packageAlone]: 1.2 },
    }),
    ...cpuVerdicts("W2", "signed-in page, 1,000 sessions", many, {
      reference: "bare",
      atMost: { ours: 1.25, "ours, Redis": 1.2, [packageAlone]: 1.25 },
    }),
  );

  const w3 = await signIns([...others, ...ours], provider);
  print(figures("W3: complete sign-ins, 16 at a time", w3, "aws-quick"));
  verdicts.push(
    ...cpuVerdicts("W3", "complete sign-in", w3, {
      reference: "aws-quick",
      atMost: { ours: 1, "ours, Redis": 0.95, [packageAlone]: 1 },
    }),
  );

  verdicts.push(requestBytesVerdict(await requestBytes(ours[0] as AppUnderTest, provider)));
  for (const app of [bare, ...others, ...ours]) await app.stop();
}
