import { copyFile, cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type AddPages, addPages } from "../../src/pages.ts";
import { useViews } from "../../src/site/views.ts";
import { register } from "../support/local-journey.ts";
import { start } from "../support/start.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { createVisitor } from "../support/visitor.ts";
import { addOwnPages } from "./own-page/pages.ts";
import { read, root, section } from "./support/documents.ts";

const steps = section("README.md", "Add your own page").replace(/^ {3}/gm, "");
const files = new URL("test/documents/own-page/", root);

test("a visitor signs in and is greeted as they like", async () => {
  const pages = await ownPages();
  const app = await start({ pages });
  const visitor = createVisitor();
  const stranger = await visitor.visit(`${app.appUrl}/hello`);
  expect(stranger.heading).toBe("Hello, stranger!");

  await register(visitor, app);
  const page = await visitor.visit(`${app.appUrl}/hello`);
  const greeted = await page.submit("Save", { "Greet me with": "Good morning" });

  expect(greeted.heading).toBe("Good morning, mira!");
  expect((await visitor.visit(`${app.appUrl}/drafts`)).status).toBe(403);
});

test("the README shows the view, the handlers, the routes and the test as they are tried", () => {
  const shown = (path: string) => read(`test/documents/${path}`);
  const own = shown("own-page/pages.ts");
  const [, routes = ""] = own.split("void {\n");
  const [listed = "", handlers = ""] = routes.split("\n}\n");
  const [, tried = ""] = shown("own-page.test.ts").split(/^(?=test\()/m);
  const asShown = tried
    .replace("  const pages = await ownPages();\n", "")
    .replace("start({ pages })", "start()");

  expect(steps).toContain(`\`\`\`ejs\n${shown("own-page/hello.ejs")}\`\`\``);
  expect(steps).toContain(`\`\`\`ts\n${listed.replace(/^ {2}/gm, "")}\n\`\`\``);
  expect(steps).toContain(`\`\`\`ts\n${handlers.trim()}\n\`\`\``);
  expect(steps).toContain(own.split("\n")[0]);
  expect(steps).toContain(`${asShown.trim()}\n\`\`\``);
});

/** The pages of the site and a reader's own, with their view among the others. */
async function ownPages(): Promise<AddPages> {
  const views = await temporaryDirectory();
  await cp(new URL("views", root), views, { recursive: true });
  await copyFile(new URL("hello.ejs", files), join(views, "hello.ejs"));
  return (app, signIn, site) => {
    useViews(app, views, { isFixed: true });
    addPages(app, signIn, site);
    addOwnPages(app, signIn);
  };
}
