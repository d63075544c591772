import { expect, test } from "vitest";
import {
  tutorialSettings,
  withFirstClient,
} from "../../../src/local-cognito/pool/pool-settings.ts";
import { register } from "../../support/local-journey.ts";
import { signedInHeading } from "../../support/signed-in.ts";
import { start } from "../../support/start.ts";
import { createVisitor } from "../../support/visitor.ts";

const minute = 60_000;

test("CC-4: beside a pool that rotates refresh tokens a session goes on for as long as the first of them", async () => {
  let now = Date.now();
  const poolSettings = withFirstClient(tutorialSettings, {
    idTokenSeconds: 600,
    accessTokenSeconds: 600,
    refreshTokenSeconds: 3600,
    refreshTokenRotation: { graceSeconds: 0 },
  });
  const app = await start({
    poolSettings,
    now: () => now,
    env: { SESSION_IDLE_MINUTES: "6000", SESSION_MAX_HOURS: "100" },
  });
  const visitor = createVisitor({ now: () => now });
  expect((await register(visitor, app)).heading).toBe(signedInHeading);
  const page = () =>
    visitor.visit(`${app.appUrl}/logged-in`, { stopBefore: (url) => url.pathname === "/login" });

  for (let renewals = 0; renewals < 5; renewals += 1) {
    now += 11 * minute;
    const pages = await Promise.all([page(), page(), page()]);
    expect(pages.map(({ heading }) => heading)).toEqual(Array(3).fill(signedInHeading));
  }
  now += 11 * minute;

  expect((await page()).heading).not.toBe(signedInHeading);
});
