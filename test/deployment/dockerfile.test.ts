import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { validate } from "dockerfile-utils";
import { expect, test } from "vitest";
import { builtModule } from "../support/built-app.ts";

const root = new URL("../../", import.meta.url);
const read = (name: string) => readFile(new URL(name, root), "utf8");

test("the Dockerfile is one, by a linter", async () => {
  const findings = validate(await read("Dockerfile"));

  expect(findings.map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
});

test("what it copies and what it leaves behind is there, and reaches the build", async () => {
  const dockerfile = await read("Dockerfile");
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = ""]) =>
    paths.split(" "),
  );
  const leftBehind = [...dockerfile.matchAll(/\bdist\/[\w-]+(?=[\s/])/g)].map(([path]) =>
    path.slice("dist/".length),
  );

  expect(copied.filter((path) => !existsSync(new URL(path.replace("*.ejs", ""), root)))).toEqual(
    [],
  );
  expect(leftBehind.filter((path) => !existsSync(builtModule(path)))).toEqual([]);
  const admitted = [...(await read(".dockerignore")).matchAll(/^!(.+)$/gm)].map(([, path]) => path);
  expect(
    copied.map((path) => path.split("/")[0]).filter((path) => !admitted.includes(path)),
  ).toEqual([]);
});

test("it runs as nobody in particular, on the Node of its choice, without a shell or npm in between", async () => {
  const [, final = ""] =
    (await read("Dockerfile")).split(/^FROM .+ AS build$/m)[1]?.split(/^FROM /m) ?? [];

  expect(final).toMatch(/^node:24-slim\n/);
  expect(final).toMatch(/^USER node$/m);
  expect(final).toMatch(/^CMD \["node", "dist\/server\.js"\]$/m);
  expect(final).toMatch(/^HEALTHCHECK /m);
  expect(final).not.toMatch(/hosted-ui|local-cognito|npm (ci|install|run)/);
});
