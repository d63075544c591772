import { afterAll, beforeAll, expect, test } from "vitest";
import { exploreOne } from "./explore.ts";
import { scenarios } from "./scenarios.ts";
import { openStage } from "./stage.ts";

/** As for the properties: a taste here, thousands in the figures. */
const orders = Math.ceil(4 * Number(process.env.PROPERTY_RUNS ?? 1));

let opened: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => {
  opened = await openStage();
});
afterAll(() => opened.close());

test.each(scenarios)(
  "$title, and every order ends well",
  async (scenario) => {
    const played = await exploreOne(opened.stage, scenario, orders);

    expect(played.orders).toBe(orders);
    expect(played.distinct).toBeGreaterThan(orders / 4);
  },
  120_000,
);
