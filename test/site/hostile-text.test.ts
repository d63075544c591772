import { describe, expect, test } from "vitest";
import { type AddPages, addPages } from "../../src/pages.ts";
import { mira, register } from "../support/local-journey.ts";
import { type Claims, createUser } from "../support/pool-claims.ts";
import { providerForAll } from "../support/provider-for-all.ts";
import { signInAtProvider } from "../support/refused.ts";
import { signedInHeading } from "../support/signed-in.ts";
import { start, startForAll } from "../support/start.ts";
import { createVisitor, type Page, type Visitor } from "../support/visitor.ts";

const pages: AddPages = (app, guards, services) => {
  addPages(app, guards, services);
  app.get("/items/:id", (_req, res) => void res.send("item"));
  app.get("/throws", () => {
    throw new Error("on purpose");
  });
};

const provider = providerForAll();
const app = startForAll(() => ({ userPool: provider(), pages }));

const at = (path: string) => app().appUrl + path;

async function signedIn(claims: Claims = {}): Promise<Visitor> {
  const visitor = createVisitor();
  provider().user = createUser("mira", claims);
  await signInAtProvider(visitor, app());
  return visitor;
}

describe("Hostile text", () => {
  const polyglots = [
    `zqx-polyglot-"'><svg/onload=alert(1)>`,
    `zqx-polyglot-</title></textarea></script><script>alert(1)</script>`,
    `zqx-polyglot-<%= process.env %><%- include("/etc/passwd") %>`,
    `zqx-polyglot-\u2028javascript:/*--></style><img src=x onerror=alert(1)>`,
    `zqx-polyglot-&lt;script&gt;&#x3c;script&#x3e;`,
  ];
  const skeletonOf = ({ html }: Page) =>
    html
      .querySelectorAll("*")
      .map(({ rawTagName, attributes }) => [rawTagName, ...Object.keys(attributes)].join(" "));

  test.each(polyglots)("HT-3: stays text in every claim: %s", async (text) => {
    const claims = (value: string): Claims => ({
      sub: "s-1",
      "cognito:username": value,
      name: value,
      email: value,
      picture: value,
      "custom:x": value,
      // A name with a line separator in it is no group's.
      "cognito:groups": Array(2).fill(value.replace("\u2028", "")),
    });
    const [plain, hostile] = [await signedIn(claims("plain")), await signedIn(claims(text))];

    for (const path of ["/", "/logged-in", "/sessions"]) {
      const [expected, page] = [await plain.visit(at(path)), await hostile.visit(at(path))];
      expect(skeletonOf(page)).toEqual(skeletonOf(expected));
      expect(page.text).toContain("zqx-polyglot-");
      expect(page.text).not.toMatch(/<script|<svg|<img src=x|<\/title><\/textarea/);
    }
  });

  test("HT-3: in a claim that is an address is not shown at all", async () => {
    const names = ["picture", "profile", "website", "custom:link", "zoneinfo"];
    for (const address of ["https://evil.example/x", "javascript:alert(1)", "data:text/html,x"]) {
      const visitor = await signedIn(Object.fromEntries(names.map((name) => [name, address])));
      for (const path of ["/", "/logged-in", "/sessions"]) {
        expect((await visitor.visit(at(path))).text).not.toContain(address);
      }
    }
  });

  test("HT-3: stays text in a subject", async () => {
    const visitor = await signedIn({ sub: `zqx-polyglot-"><script>alert(1)</script>` });

    const page = await visitor.visit(at("/logged-in"));

    expect(page.status).toBe(200);
    expect(page.text).toContain("zqx-polyglot-&#34;&gt;&lt;script&gt;");
  });

  test.each(polyglots)("HT-4: is not reflected from a request: %s", async (text) => {
    const encoded = encodeURIComponent(text);
    const headers = {
      "user-agent": Buffer.from(text).toString("latin1"),
      referer: `${at("/")}?${encoded}`,
      "x-forwarded-host": encoded,
      "accept-language": encoded,
      cookie: `session=${encoded}; sign-in-12345678=${encoded}; ${encoded}=1`,
    };
    const paths = [
      `/${encoded}`,
      `/${encoded}/x.html?${encoded}=${encoded}`,
      `/?${encoded}=${encoded}`,
      `/logout?${encoded}=${encoded}&returnTo=${encoded}`,
      `/logged-in?error=${encoded}&error_description=${encoded}&state=${encoded}`,
      `/logged-in?code=${encoded}&state=${encoded}`,
      `/items/%ff${encoded}`,
      `/throws?${encoded}`,
      `/assets/${encoded}.css`,
    ];

    const answers = await Promise.all(
      paths.flatMap((path) => [
        createVisitor().request("GET", at(path), { headers }),
        createVisitor().request("GET", at(path), {
          headers: { ...headers, accept: "application/json" },
        }),
      ]),
    );

    for (const answered of answers) {
      expect(answered.text).not.toContain("zqx-polyglot-");
      expect(JSON.stringify(answered.setCookies)).not.toContain("zqx-polyglot-");
    }
  });

  test.each([
    ["turns text around", "admin@shop.exam\u202eple"],
    ["has a control character", "admin@shop.example\u0000.evil.example"],
    ["is cut", `${"a".repeat(243)}@shop.example.evil.example`],
  ])("SC-10: an address that %s is not shown as a verified one", async (_how, email) => {
    const visitor = await signedIn({ email, email_verified: true });

    const { text } = await visitor.visit(at("/logged-in"));

    expect(text).toContain("@shop.example");
    expect(text).not.toContain("(verified)");
  });

  test.each<[string, unknown]>([
    ["an object", { a: 1 }],
    ["a list", ["a", "b"]],
    ["null", null],
    ["true", true],
    ["a number", 1e308],
    ["an object with a toString", { toString: 1, valueOf: 1 }],
    ["a lone surrogate", "zqx-polyglot-\ud800y"],
    ["marks that turn text around", "zqx-polyglot-\u202egnp.exe\u2066"],
    ["control characters", "zqx-polyglot-\u0000\u0007\r\ny"],
    ["4 KB of text", "x".repeat(4 * 1024)],
    ["4 KB of letters that need four bytes", "\u{1f9d1}".repeat(1024)],
    ["a list of lists", [[["a"]], [{ toString: 1 }], null]],
    ["empty", ""],
  ])("HT-5: is safe where a claim is %s", async (_title, value) => {
    const visitor = await signedIn({
      name: value,
      email: value,
      email_verified: value,
      "cognito:username": value,
      "cognito:groups": value,
    });

    const page = await visitor.visit(at("/logged-in"));

    expect([page.status, page.heading]).toEqual([200, signedInHeading]);
    expect(page.text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|\[object|toString/);
    expect(page.text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(page.text.length).toBeLessThan(4000);
    expect((await visitor.visit(at("/"))).status).toBe(200);
  });

  test("HT-5: of 100 KB in a claim is refused with the token, and nobody is harmed", async () => {
    provider().user = createUser("mira", { name: "x".repeat(100 * 1024) });
    const page = await signInAtProvider(createVisitor(), app());

    expect([page.status, page.heading]).toEqual([502, "Sign-in did not succeed"]);
    expect((await (await signedIn()).visit(at("/logged-in"))).heading).toBe(signedInHeading);
  });

  const optionNames = [
    "settings",
    "view options",
    "cache",
    "delimiter",
    "openDelimiter",
    "async",
    "client",
    "debug",
    "compileDebug",
    "filename",
    "root",
    "views",
    "_with",
    "escape",
    "escapeFunction",
    "outputFunctionName",
    "locals",
    "layout",
    "assetUrl",
    "user",
    "identityProviders",
    "isUserUnknown",
    "__proto__",
    "constructor",
    "status",
  ];

  test("HT-6: of the template engine's options in a query changes no page", async () => {
    const query = optionNames.flatMap((name) => {
      const key = encodeURIComponent(name);
      return [`${key}=1`, `${key}[x]=1`, `${key}[view options][client]=1`];
    });
    const paths = ["/", "/logout", "/nowhere", "/throws", "/logged-in?code=x"];
    const visit = (path: string, suffix = "") => createVisitor().visit(at(path) + suffix);

    for (const path of paths) {
      const [plain, odd] = [
        await visit(path),
        await visit(path, `${path.includes("?") ? "&" : "?"}${query.join("&")}`),
      ];
      expect(withoutReference(odd)).toBe(withoutReference(plain));
    }
  });

  test("HT-6: of the template engine's options in claims changes no page", async () => {
    const [plain, odd] = [await signedIn({ sub: "s-2" }), await signedIn({ sub: "s-2" })];
    provider().user = createUser("mira", {
      sub: "s-2",
      ...Object.fromEntries(optionNames.map((name) => [name, { client: true, x: "1" }])),
    });
    await signInAtProvider(odd, app());

    for (const path of ["/", "/logged-in"]) {
      expect((await odd.visit(at(path))).text).toBe((await plain.visit(at(path))).text);
    }
  });

  test("HT-6: of the template engine's options in a body changes no answer", async () => {
    const visitor = await signedIn();
    const post = async (path: string, names: string[]) => {
      const fields = Object.fromEntries(names.map((name) => [name, "1"]));
      const form = { ...fields, session: "none-of-mine" };
      const { status, location, text } = await visitor.request("POST", at(path), { form });
      return [status, location, withoutReference({ text })];
    };

    for (const path of ["/sessions/end", "/nowhere", "/logout"]) {
      const expected = await post(path, []);
      for (const names of [optionNames.slice(0, 4), optionNames.slice(4, 8), ["__proto__"]]) {
        expect(await post(path, names)).toEqual(expected);
      }
    }
  });

  test("HT-6: of the template engine's options in a form changes no page of local Cognito", async () => {
    const local = await start();
    await register(createVisitor(), local);
    const page = await createVisitor().visit(`${local.appUrl}/login`);
    const hidden = optionNames.map((name) => `<input name="${name}" value="1">`).join("");
    const odd = await createVisitor().visit(`${local.appUrl}/login`);
    odd.text = odd.text.replace("</form>", `${hidden}</form>`);
    const wrong = { Username: mira.username, Password: "Wrong-horse-7" };

    const [expected, answered] = [
      await page.submit("Sign in", wrong),
      await odd.submit("Sign in", wrong),
    ];

    const plain = ({ text }: Page) => text.replace(/(?:value|action|href)="[^"]*"/g, "");
    expect(answered.status).toBe(expected.status);
    expect(plain(answered)).toBe(plain(expected));
  });

  function withoutReference({ text }: { text: string }): string {
    return text.replace(/<code>[\da-f-]{36}<\/code>/, "<code></code>");
  }
});
