import { expect, test } from "vitest";
import { appSettings, runApp } from "../support/run-app.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { createVisitor } from "../support/visitor.ts";
import { codeBlocks, root } from "./support/documents.ts";

const [esm = "", requires = ""] = codeBlocks("README.md", "Put it into your app", "js");
const commonJs = requires + esm.split("\n").slice(requires.trim().split("\n").length).join("\n");

test.each([
  ["module", esm],
  ["commonjs", commonJs],
])(
  "the app that the README shows signs visitors in beside local Cognito: %s",
  async (type, code) => {
    // In this folder the package is found by its name.
    const words = [`--input-type=${type}`, "--eval", code];
    const app = await runApp(words, root, await appSettings(await temporaryDirectory()));
    const visitor = createVisitor();
    const form = { username: "ann", email: "ann@example.org", emailVerified: "true" };
    await visitor.request("POST", `${app.cognito}/_local/users`, {
      form: { ...form, temporaryPassword: "Temporary-Horse-1" },
    });

    expect(app.output()).toContain(`local Cognito runs at ${app.cognito}`);
    expect((await visitor.visit(app.url)).text).toBe('{"hello":"stranger"}');
    const signInPage = await visitor.visit(`${app.url}/orders`);
    const choose = await signInPage.submit("Sign in", {
      Username: "ann",
      Password: "Temporary-Horse-1",
    });
    const password = "Correct-Horse-9";
    const orders = await choose.submit("Change password", {
      "New password": password,
      "New password again": password,
    });

    expect(orders.text).toBe('{"of":"ann@example.org"}');
    expect((await visitor.visit(app.url)).text).toBe('{"hello":"ann"}');
    expect((await visitor.visit(`${app.url}/drafts`)).status).toBe(403);
    expect(await app.stop()).toBe(0);
  },
);
