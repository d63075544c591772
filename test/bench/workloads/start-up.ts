import { setTimeout as wait } from "node:timers/promises";
import type { Apps } from "../apps.ts";
import { median } from "../rounds.ts";

export interface StartUp {
  bareMs: number;
  oursMs: number;
  ratio: number;
  withLocalCognitoMs: number;
}

const rounds = 9;
/** What a process leaves behind, such as its memory being freed, would be charged to the next one. */
const pauseMs = 100;

/** W4: from the spawn to the first answer; the newcomer's start includes the making of keys and databases. */
export async function startUp(apps: Apps): Promise<StartUp> {
  const times: { bare: number; ours: number; newcomer: number }[] = [];
  for (let round = -1; round < rounds; round++) {
    const time = {
      bare: await startMsOf(apps.bare),
      ours: await startMsOf(apps.ours),
      newcomer: await startMsOf(apps.oursWithLocalCognito),
    };
    if (round >= 0) times.push(time);
  }
  return {
    bareMs: median(times.map(({ bare }) => bare)),
    oursMs: median(times.map(({ ours }) => ours)),
    ratio: median(times.map(({ bare, ours }) => ours / bare)),
    withLocalCognitoMs: median(times.map(({ newcomer }) => newcomer)),
  };
}

async function startMsOf(start: Apps["bare"]): Promise<number> {
  const app = await start();
  await app.stop();
  await wait(pauseMs);
  return app.startMs;
}
