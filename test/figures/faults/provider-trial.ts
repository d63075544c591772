import { createUser } from "../../support/pool-claims.ts";
import { signInAtProvider } from "../../support/refused.ts";
import { createScriptedProvider } from "../../support/scripted-provider.ts";
import { startUntilStopped } from "../../support/start.ts";
import { createVisitor } from "../../support/visitor.ts";
import { newTrial, type Trial } from "./cell.ts";
import { arrive, beginSignIn, goOn, recover } from "./journeys.ts";
import { deadlineMs, type ProviderFault } from "./provider-faults.ts";
import { openProviderWay } from "./provider-way.ts";

/** For the app's own work on two cores that other trials keep busy. */
const marginMs = 1000;
const minute = 60_000;

/**
 * A member and a newcomer in a fault of one endpoint. The key set only matters where it is asked for, so its trial also
 * changes the key that signs. Newcomers are found by the new one, and the old one has to go on serving.
 */
export async function tryProviderFault(
  endpoint: "token endpoint" | "JWKS",
  fault: ProviderFault,
): Promise<Trial> {
  const trial = newTrial();
  const clock = { aheadMs: 0 };
  const now = () => Date.now() + clock.aheadMs;
  const provider = await createScriptedProvider({ now });
  const tokenWay = await openProviderWay(provider, "token endpoint");
  const keyWay = await openProviderWay(provider, "JWKS");
  const way = endpoint === "JWKS" ? keyWay : tokenWay;
  const issuer = provider.issuer.replace(provider.domain, keyWay.origin);
  provider.script({
    claims: (claims) => ({ ...claims, iss: issuer }),
    accessToken: (claims) => ({ ...claims, iss: issuer }),
  });
  const app = await startUntilStopped({
    userPool: { ...provider, domain: tokenWay.origin, issuer },
    env: { SESSION_IDLE_MINUTES: "240", LOG_LEVEL: "silent" },
    cognitoDeadlineMs: deadlineMs,
    now,
  });
  try {
    const mira = provider.user;
    const member = createVisitor();
    await signInAtProvider(member, app);
    provider.user = createUser("nora");
    const [early, newcomer] = [await beginSignIn(app), await beginSignIn(app)];
    const oldKey = provider.signingKey;

    await fault.begin(way);
    const nora = { sub: String(provider.user.sub), longestMs: deadlineMs + marginMs };
    if (endpoint === "JWKS") {
      const told = await arrive(trial, early, { ...nora, mustFail: false });
      if (told !== "signed in") trial.dishonest.push(`known keys did not serve: ${told}`);
      await provider.rotateKeys({ keepOld: true });
    }
    trial.newcomer = await arrive(trial, newcomer, { ...nora, mustFail: fault.mustFail });
    if (!fault.mustFail && trial.newcomer !== "signed in") trial.dishonest.push("given up early");
    const asMira = { sub: String(mira.sub), longestMs: 2 * deadlineMs + marginMs };
    await goOn(trial, member, app, { ...asMira, mayBeUnknown: false });

    // The member's ID token runs out, and the old key's set is not fresh any more.
    clock.aheadMs += 61 * minute;
    await goOn(trial, member, app, { ...asMira, mayBeUnknown: false });
    if (endpoint === "JWKS") {
      const newKey = provider.signingKey;
      provider.signingKey = oldKey;
      const told = await arrive(trial, await beginSignIn(app), { ...nora, mustFail: false });
      if (told !== "signed in") trial.dishonest.push(`stale keys did not serve: ${told}`);
      provider.signingKey = newKey;
    }
    await fault.end(way);
    await recover(trial, member, app, { member: asMira.sub, newcomer: nora.sub });
  } finally {
    await app.stop();
    await tokenWay.close();
    await keyWay.close();
    await provider.goDown();
  }
  return trial;
}
