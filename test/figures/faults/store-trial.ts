import { createUser } from "../../support/pool-claims.ts";
import { startRedis } from "../../support/redis-server.ts";
import { signInAtProvider } from "../../support/refused.ts";
import { createScriptedProvider } from "../../support/scripted-provider.ts";
import { type Started, startUntilStopped } from "../../support/start.ts";
import { openTcpTap } from "../../support/tcp-tap.ts";
import { createVisitor } from "../../support/visitor.ts";
import { newTrial, type Trial } from "./cell.ts";
import { arrive, beginSignIn, goOn, recover } from "./journeys.ts";
import { newName } from "./name-service.ts";
import type { StoreFault, StoreWay } from "./store-faults.ts";
import { openTlsFront } from "./tls-front.ts";

/** Two seconds are promised for a page, and a sign-in asks twice; the rest is for cores that other trials keep busy. */
const longestMs = { page: 3000, signIn: 5000 };

/** A member, a newcomer and somebody who only looks at the index page, in a fault of Redis. */
export async function tryStoreFault(fault: StoreFault): Promise<Trial> {
  const trial = newTrial();
  const redis = await startRedis({ isPersistent: true });
  const front = fault.usesTls ? await openTlsFront(redis.port) : undefined;
  const tap = await openTcpTap(front?.port ?? redis.port);
  const way: StoreWay = { redis, tap, host: newName(), fronts: front ? [front] : [] };
  const provider = await createScriptedProvider();
  const REDIS_URL = `${fault.usesTls ? "rediss" : "redis"}://${way.host}:${tap.port}`;
  const env = { REDIS_URL, LOG_LEVEL: "silent" };
  let app: Started | undefined;
  try {
    app = await startUntilStopped({ userPool: provider, env });
    const mira = { sub: String(provider.user.sub), longestMs: longestMs.page };
    const member = createVisitor();
    await signInAtProvider(member, app);
    provider.user = createUser("nora");
    const newcomer = await beginSignIn(app);
    const nora = { sub: String(provider.user.sub), longestMs: longestMs.signIn };

    await fault.begin(way);
    const [told] = await Promise.all([
      arrive(trial, newcomer, { ...nora, mustFail: false }),
      goOn(trial, member, app, { ...mira, mayBeUnknown: true }),
      createVisitor()
        .visit(app.appUrl)
        .then(({ status }) => {
          if (status !== 200) trial.dishonest.push(`the index page answered ${status}`);
        }),
    ]);
    trial.newcomer = told;
    await goOn(trial, member, app, { ...mira, mayBeUnknown: true });
    await fault.end(way);
    await recover(trial, member, app, { member: mira.sub, newcomer: nora.sub });
  } finally {
    await app?.stop();
    await tap.close();
    for (const open of way.fronts) await open.goDown();
    await redis.close();
    await provider.close();
  }
  return trial;
}
