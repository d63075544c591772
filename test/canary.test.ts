import { createHash } from "node:crypto";
import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { addPages } from "../src/pages.ts";
import { findLeaks, noteOutput, noteSecret } from "./support/canary.ts";
import { mira, register } from "./support/local-journey.ts";
import { createUser } from "./support/pool-claims.ts";
import { providerForAll } from "./support/provider-for-all.ts";
import { signInAtProvider } from "./support/refused.ts";
import { cookieNameOf, pendingCookiesOf, sessionCookieOf } from "./support/signed-in.ts";
import { start } from "./support/start.ts";
import { createVisitor } from "./support/visitor.ts";

// Every test of the suite ends with this search: setup.ts fails the one whose output holds a secret.
const provider = providerForAll();

describe("CF-2: the search of every output", () => {
  afterEach(() => void findLeaks());

  test("finds every secret of a sign-in, whole, cut and in parts", async () => {
    const app = await start({ userPool: provider() });
    const visitor = createVisitor();
    const tokens: Record<string, unknown> = {};
    provider().script({ tokenBody: (body) => Object.assign(tokens, body) });
    await signInAtProvider(visitor, app);
    const { value: session } = sessionCookieOf(visitor, app);
    await visitor.request("GET", `${app.appUrl}/login`);
    const asked = provider().requests.find(({ path }) => path === "/oauth2/authorize")?.query;
    const redeemed = provider().requests.find(({ path }) => path === "/oauth2/token");
    const form = new URLSearchParams(redeemed?.body);
    expect(findLeaks()).toEqual([]);

    const secrets: Record<string, unknown> = {
      "client secret": provider().clientSecret,
      credentials: redeemed?.headers.authorization,
      state: asked?.get("state"),
      nonce: asked?.get("nonce"),
      code: form.get("code"),
      code_verifier: form.get("code_verifier"),
      id_token: tokens.id_token,
      access_token: tokens.access_token,
      refresh_token: tokens.refresh_token,
      "cookie session": session,
      "cookie sign-in": pendingCookiesOf(visitor, app)[0]?.value,
    };
    for (const [kind, secret] of Object.entries(secrets)) {
      const text = String(secret);
      const id = decodeURIComponent(text).split(/[.:]/).at(1) ?? "";
      for (const output of [text, text.slice(0, 24), text.slice(-24), id.length > 16 ? id : text]) {
        noteOutput(inspect({ headers: { x: output } }));
        expect(findLeaks().join(), `${kind}: ${output}`).toContain("holds a secret");
      }
    }
  });

  test("hears what the app logs, and knows what a person types", async () => {
    const app = await start({
      pages: (express, guards, services) => {
        addPages(express, guards, services);
        express.post("/careless", (req, res) => {
          services.log.debug({ body: req.headers["x-typed"], cookie: req.headers.cookie });
          res.end();
        });
      },
    });
    const visitor = createVisitor();
    await register(visitor, app);
    expect(findLeaks()).toEqual([]);

    await visitor.request("POST", `${app.appUrl}/careless`, {
      headers: { "x-typed": mira.password },
    });

    const leaks = findLeaks().join();
    expect(leaks).toContain("the form's password");
    expect(leaks).toContain(`the cookie ${cookieNameOf(app)}`);
  });

  test("passes over what chance or a test could write", () => {
    noteSecret("short", "0123456789abcde");
    noteSecret("monotonous", "abcabcabcabcabcabcabcabc");
    noteOutput("0123456789abcde abcabcabcabcabcabcabcabc");
    expect(findLeaks()).toEqual([]);
  });
});

describe("CF-2: the log", () => {
  test("tells of every sign-in, refusal and sign-out, when, why, and of whom by a hash", async () => {
    const app = await start({ userPool: provider() });
    const visitor = createVisitor();
    provider().user = createUser("mira");
    await signInAtProvider(visitor, app);
    await visitor.request("POST", `${app.appUrl}/logout`);
    provider().scriptNext({ claims: (claims) => ({ ...claims, aud: "another" }) });
    await signInAtProvider(visitor, app);

    const sub = String(provider().user.sub);
    const subject = createHash("sha256").update(sub).digest("base64url").slice(0, 12);
    const common = { time: expect.any(Number), requestId: expect.any(String) };
    expect(app.log.filter(({ event }) => event)).toMatchObject([
      { ...common, event: "sign-in", msg: "signed in", subject },
      { ...common, event: "sign-out", msg: "signed out", subject, revoked: true },
      { ...common, event: "sign-in", code: "id_token_invalid", reason: "aud" },
    ]);
    expect(JSON.stringify(app.log)).not.toMatch(/mira@|"mira"/);
    expect(JSON.stringify(app.log)).not.toContain(sub);
  });
});
