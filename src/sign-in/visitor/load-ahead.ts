import { setImmediate } from "node:timers/promises";
import type { SignInSettings } from "../settings/settings.ts";

/** What a sign-in needs and no page does, in the order in which it is needed. */
const parts: (() => Promise<unknown>)[] = [
  () => import("axios"),
  () => import("../cognito/calls/tunnel-agent.ts"),
  () => import("../cognito/token-response.ts"),
  () => import("../cognito/key-set.ts"),
  () => import("jose"),
  () => import("bowser"),
  () => import("./express-session.ts"),
];

/**
 * Loads what the first sign-in will need, one part after the other, so that requests are answered in between. Opens and asks
 * nothing. Resolves to what failed: whoever needs such a part meets the same failure, and tells of it.
 */
export async function loadAhead({ redis }: Pick<SignInSettings, "redis">): Promise<unknown[]> {
  const store = () => import("../store/embedded/row-store.ts");
  const failures: unknown[] = [];
  for (const load of redis ? parts : [...parts, store]) {
    await load().catch((error: unknown) => failures.push(error));
    await setImmediate();
  }
  return failures;
}
