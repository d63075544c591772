import { once } from "node:events";
import { utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import express from "express";
import { expect, onTestFinished, test } from "vitest";
import { createAssets } from "../../src/site/assets.ts";
import { useViews } from "../../src/site/views.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { createVisitor } from "../support/visitor.ts";

/** A page of two templates and a style sheet in a folder of its own, and what an editor does to these files. */
async function startPage({ isFixed }: { isFixed: boolean }) {
  const folder = await temporaryDirectory();
  let minutes = 0;
  async function edit(name: string, content: string): Promise<void> {
    await writeFile(join(folder, name), content);
    minutes += 1;
    await utimes(join(folder, name), minutes * 60, minutes * 60);
  }
  await edit("page.ejs", '<h1><%- include("title") %></h1><a href="<%= url("style.css") %>"></a>');
  await edit("title.ejs", "First");
  await edit("style.css", "a {}");

  const app = express();
  app.locals.url = createAssets(folder, { isFixed }).url;
  useViews(app, folder, { isFixed });
  app.get("/", (_req, res) => res.render("page"));
  const server = createServer(app).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const look = async () => {
    const page = await createVisitor().visit(`http://127.0.0.1:${port}/`);
    return { heading: page.heading, styleSheet: page.link("") };
  };
  return { edit, look };
}

test("a template or a style sheet that has changed shows at the next page", async () => {
  const { edit, look } = await startPage({ isFixed: false });
  const before = await look();

  await edit("title.ejs", "Second");
  await edit("style.css", "a { color: red }");
  const after = await look();

  expect([before.heading, after.heading]).toEqual(["First", "Second"]);
  expect(after.styleSheet).not.toBe(before.styleSheet);
});

test("in production both are as they were when first asked for", async () => {
  const { edit, look } = await startPage({ isFixed: true });
  const before = await look();

  await edit("title.ejs", "Second");
  await edit("style.css", "a { color: red }");

  expect(await look()).toEqual(before);
});
