import { createHash } from "node:crypto";
import { afterEach, beforeEach } from "vitest";
import { clockForAll, type MovedClock } from "../../../support/clock-for-all.ts";
import { textOf } from "../../../support/forms.ts";
import { createUser } from "../../../support/pool-claims.ts";
import { providerForAll } from "../../../support/provider-for-all.ts";
import type { ScriptedProvider } from "../../../support/scripted-provider.ts";
import { type Started, startForAll } from "../../../support/start.ts";
import { createVisitor, type Page, type Visitor } from "../../../support/visitor.ts";
import { type RowCall, type WatchedRows, watchRows } from "../../../support/watched-rows.ts";

export const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
export const safari =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1";

/** An app whose rows are watched, and visitors of one user who sign in with several browsers. */
export interface SessionsForAll {
  clock: MovedClock;
  provider: () => ScriptedProvider;
  rows: WatchedRows;
  app: () => Started;
  signedIn(browser?: string, at?: Started): Promise<Visitor>;
  /** Ends at the redirect to the signed-in page, which nobody looks at. */
  signInWith(visitor: Visitor, browser?: string, at?: Started): Promise<Page>;
  /** The key of the row that lists the user's sessions. */
  userKey(): string;
  /** What the log says of sessions that ended. */
  ends(at?: Started): Record<string, unknown>[];
}

export function sessionsForAll(): SessionsForAll {
  const clock = clockForAll();
  const { now } = clock;
  const provider = providerForAll({ now });
  const rows = watchRows();
  const app = startForAll(() => ({ userPool: provider(), now, wrapRows: rows.wrap }));
  beforeEach(() => {
    provider().user = createUser("mira");
    app().log.length = 0;
    rows.calls.length = 0;
  });
  afterEach(() => {
    rows.before = () => {};
  });

  async function signedIn(browser = firefox, at = app()): Promise<Visitor> {
    const visitor = createVisitor();
    await signInWith(visitor, browser, at);
    return visitor;
  }

  async function signInWith(visitor: Visitor, browser = firefox, at = app()): Promise<Page> {
    return await visitor.visit(`${at.appUrl}/login`, {
      headers: { "user-agent": browser },
      stopBefore: ({ href }) => href === `${at.appUrl}/logged-in`,
    });
  }

  return {
    clock,
    provider,
    rows,
    app,
    signedIn,
    signInWith,
    userKey: () =>
      `user:${createHash("sha256").update(String(provider().user.sub)).digest("base64url")}`,
    ends: (at = app()) => at.log.filter(({ event }) => event === "session-end"),
  };
}

/** The browsers that a page lists, from the top. */
export const listed = (page: Page) => page.html.querySelectorAll(".sessions h2").map(textOf);

/** True for what writes a user's list of sessions. */
export const isNewEntry = ({ method, key }: RowCall) =>
  method !== "read" && key.startsWith("user:");
