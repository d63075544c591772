import { afterAll, beforeEach, expect, test } from "vitest";
import { createRowSealer } from "../../src/sign-in/session/row-sealer.ts";
import type { Session } from "../../src/sign-in/session/session.ts";
import type { Claims } from "./pool-claims.ts";
import { expectRefused, signInAtProvider } from "./refused.ts";
import { createScriptedProvider, type Script, type ScriptedProvider } from "./scripted-provider.ts";
import { type Started, startForAll, testSecret } from "./start.ts";
import { createVisitor } from "./visitor.ts";
import { type RowCall, watchRows } from "./watched-rows.ts";

/** A token that is right but for one thing. */
interface BadToken {
  /** The one thing, as the end of “refuses …”. */
  what: string;
  /** What the log has to name, so that no token is refused for another cause. */
  reason: string;
  script: Script;
}

/** A token that is odd and yet right. */
type OddToken = Omit<BadToken, "reason">;

/** What the log names as the cause of a refusal. */
export const reasons = {
  notAllowed: "ERR_JOSE_ALG_NOT_ALLOWED",
  badSignature: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
  unknownKey: "ERR_JWKS_NO_MATCHING_KEY",
  severalKeys: "ERR_JWKS_MULTIPLE_MATCHING_KEYS",
  badJws: "ERR_JWS_INVALID",
  badJwt: "ERR_JWT_INVALID",
};

/** One app that judges the ID tokens of a file's tests, on a clock that stands still. */
export interface Judge {
  app: () => Started;
  provider: ScriptedProvider;
  /** Somebody else's pool, which no token may lead to. */
  attacker: ScriptedProvider;
  /** Milliseconds. */
  now: number;
  /** A test for each token: it is refused for its reason alone, and nothing of it is left anywhere. */
  refuses(id: string, tokens: BadToken[]): void;
  /** A test for each token: it begins a session. */
  accepts(id: string, tokens: OddToken[]): void;
  expectReason(reason: string): void;
  /** The rows of the sessions that have begun since the test did. */
  newSessions(): RowCall[];
  storedSession(): Session;
}

export function bad(what: string, reason: string, script: Script): BadToken {
  return { what, reason, script };
}

export function odd(what: string, script: Script): OddToken {
  return { what, script };
}

export async function judgeTokens(): Promise<Judge> {
  const now = Date.now();
  const provider = await createScriptedProvider({ now: () => now });
  const attacker = await createScriptedProvider();
  afterAll(() => Promise.all([provider.close(), attacker.close()]));
  const rows = watchRows();
  const app = startForAll(() => ({ userPool: provider, now: () => now, wrapRows: rows.wrap }));
  beforeEach(() => {
    provider.reset();
    app().log.length = 0;
    rows.calls.length = 0;
  });

  /** One token of each family is held to all that a refusal means, a good sign-in afterwards included. */
  function refuses(id: string, tokens: BadToken[]): void {
    const titled = tokens.map(
      (token, at) => [token.what, { ...token, isFirst: at === 0 }] as const,
    );

    test.each(titled)(`${id}: refuses %s`, async (_, { reason, script, isFirst }) => {
      const visitor = createVisitor();
      const sent = scriptAndListen(script);

      const page = await signInAtProvider(visitor, app());

      expect(page.status).toBe(502);
      expect(page.headers["cache-control"]).toBe("no-store");
      expect(page.link("Start again")).toBe(`${app().appUrl}/login`);
      expect(visitor.cookies(app().appUrl)).toEqual([]);
      expect(newSessions()).toEqual([]);
      expectReason(reason);
      expectNoTrace(sent.idToken, `${page.text}${JSON.stringify(app().log)}`);
      if (isFirst) await expectRefused(page, 502, { app: app(), visitor, provider });
    });
  }

  function accepts(id: string, tokens: OddToken[]): void {
    const titled = tokens.map((token) => [token.what, token] as const);

    test.each(titled)(`${id}: accepts %s`, async (_, { script }) => {
      const sent = scriptAndListen(script);

      const page = await signInAtProvider(createVisitor(), app());

      expect(page.heading).toBe("You have successfully logged in.");
      expect(newSessions()).toHaveLength(1);
      expectNoTrace(sent.idToken, `${page.text}${JSON.stringify(app().log)}`);
      expect(attacker.requests).toEqual([]);
    });
  }

  /** Follows the script in the next token response, and shows the ID token that it came to. */
  function scriptAndListen(script: Script): { idToken: string } {
    const sent = { idToken: "" };
    provider.scriptNext({
      ...script,
      tokenBody: (body) => {
        sent.idToken = String((body as Claims).id_token);
        return body;
      },
    });
    return sent;
  }

  /** The record of the sign-in names it, and no other reason stands beside it. */
  function expectReason(reason: string): void {
    const records = app().log.filter(({ code }) => code !== undefined);
    expect(records.map((record) => record.reason)).toEqual([reason]);
  }

  function newSessions(): RowCall[] {
    return rows.calls.filter(
      ({ method, key }) => method === "insert" && key.startsWith("session:"),
    );
  }

  function storedSession(): Session {
    const [row] = newSessions();
    if (!row?.value) throw new Error("No session has begun.");
    const sealer = createRowSealer([testSecret], app().config.userPool);
    return JSON.parse(sealer.open(row.value, row.key) ?? "");
  }

  return {
    app,
    provider,
    attacker,
    now,
    refuses,
    accepts,
    expectReason,
    newSessions,
    storedSession,
  };
}

function expectNoTrace(idToken: string, text: string): void {
  for (const piece of idToken.split(".")) {
    if (piece.length >= 16) expect(text).not.toContain(piece);
  }
}
