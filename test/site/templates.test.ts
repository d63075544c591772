import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formByWidth } from "../../src/local-cognito/hosted-ui/form-by-width.ts";
import { mira, register } from "../support/local-journey.ts";
import { start } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";

describe("The templates", () => {
  const folder = new URL("../../views/", import.meta.url);
  const templates = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ejs"))
    .map((path) => ({ path, source: readFileSync(new URL(path, folder), "utf8") }));

  test("HT-3: print nothing unescaped but other templates", () => {
    expect(templates.length).toBeGreaterThan(15);
    for (const { path, source } of templates) {
      const unescaped = [...source.matchAll(/<%-\s*(.*?)\s*-?%>/gs)].map(([, code]) => code);
      expect(
        unescaped.filter(
          (code) => !/^(?:include\("[\w./-]+"(, \{.*\})?\)|inlineStyle)$/s.test(code ?? ""),
        ),
        path,
      ).toEqual([]);
      expect(source, path).not.toMatch(/\boutputFunctionName|__append|__output/);
    }
  });

  test("HT-3: print into quoted attributes and text only, and into addresses of our own", () => {
    for (const { path, source } of templates) {
      expect(source, path).not.toMatch(/\s[\w-]+=\s*<%=/);
      const addresses = [...source.matchAll(/\b(?:href|src|action)="([^"]*)"/g)];
      for (const [, address = ""] of addresses) expect(address, path).toMatch(ownAddress);
    }
  });

  test("HT-2: hold no script, no style and no handler", () => {
    for (const { path, source } of templates) expect(inlineOf(source), path).toEqual([]);
  });

  /** A path, or what our own code has made for the page and calls an address. */
  const ownAddress =
    /^(?:\/(?!\/)|#|<%= (?:assetUrl\(|(?:\w+\.)*(?:href|address|issuer|link|startAgainAt)\b|paths\.\w+|styleUrl\b|locals\.ownStyle\b))/;
});

/** The one style whose hash local Cognito's policy has does not count. */
function inlineOf(html: string): string[] {
  const rest = html
    .replace("<style><%- inlineStyle %></style>", "")
    .replace(`<style>${formByWidth}</style>`, "");
  return (
    rest.match(
      /<script|<style|<iframe|<object|<embed|<base|\son\w+\s*=|\sstyle\s*=|javascript:|data:/gi,
    ) ?? []
  );
}

describe("HT-2: no page holds anything inline", () => {
  test("of the app and of local Cognito, on the whole way in and out", async () => {
    const local = await start();
    const visitor = createVisitor();
    const cognito = local.localCognito?.origin;
    const signInPage = await visitor.visit(`${local.appUrl}/login`);
    const signUpPage = await signInPage.click("Sign up");
    const refused = await signUpPage.submit("Sign up", { ...fieldsOf(mira), Password: "short" });
    const confirmPage = await refused.submit("Sign up", fieldsOf(mira));
    const registered = createVisitor();
    const landing = await register(registered, local, {
      ...mira,
      username: "x",
      email: "x@y.example",
    });
    const paths = ["/", "/logged-in", "/sessions", "/nowhere", "/logged-in?code=x"];
    const addresses = [
      ...paths.map((path) => local.appUrl + path),
      ...["/_local", "/_local/inbox", "/_local/users", "/error", "/oauth2/authorize"].map(
        (path) => cognito + path,
      ),
    ];
    const others = await Promise.all(addresses.map((address) => registered.visit(address)));
    const asked = await registered.visit(`${local.appUrl}/logout`, {
      headers: { "sec-fetch-site": "cross-site" },
    });
    const signedOut = await asked.submit("Logout");

    for (const page of [
      signInPage,
      signUpPage,
      refused,
      confirmPage,
      landing,
      ...others,
      asked,
      signedOut,
    ]) {
      expect(page.html.querySelector("h1"), page.url).not.toBeNull();
      expect(inlineOf(page.text), page.url).toEqual([]);
    }
  });

  const fieldsOf = ({ username, email, password }: typeof mira) => ({
    Username: username,
    Email: email,
    Password: password,
  });
});
