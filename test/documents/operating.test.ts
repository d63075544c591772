import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { createMetrics } from "../../src/site/metrics.ts";
import { firstColumn, read, root, rows, section } from "./support/documents.ts";

const page = "docs/operating.md";
/** The sources that write the app's log: local Cognito has none of its own. */
const sources = readdirSync(new URL("src", root), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.startsWith("local-cognito"))
  .map((path) => read(`src/${path}`))
  .join("\n");

test("every code that an error of the app has is listed, and no other", () => {
  const codes = [...sources.matchAll(/^ {2}(\w+): \{\n {4}status: \d+,\n {4}title:/gm)];

  expect(codes.length).toBeGreaterThan(15);
  expect(firstColumn(page, "Codes").sort()).toEqual(codes.map(([, code]) => code).sort());
});

test("every event is listed with what it may come to, and no other", () => {
  const events = new Set([...sources.matchAll(/\bevent: "([\w-]+)"/g)].map(([, name]) => name));

  const listed = rows(page, "Events").map(([event = ""]) => event.replaceAll("`", ""));
  expect([...new Set(listed)].sort()).toEqual([...events].sort());
  const outcomes = rows(page, "Events").map(([, outcome = ""]) => outcome.replaceAll("`", ""));
  expect(outcomes.filter((outcome) => !sources.includes(`"${outcome}"`))).toEqual([]);
});

test("every other warning or error of the log is listed with what to do", () => {
  const messages = [
    ...sources.matchAll(/\blog\.(?:warn|error|fatal)\(\s*(?:\{[^{}]*\},\s*)?"([^"]+)"/g),
  ].map(([, message = ""]) => message);
  const listed = rows(page, "Other lines").map(([cell = ""]) => cell.replaceAll("*", ""));

  expect(messages.length).toBeGreaterThan(5);
  const ofEvents = ["session not renewed"];
  const missing = messages.filter(
    (message) =>
      !ofEvents.includes(message) && !listed.some((beginning) => message.startsWith(beginning)),
  );
  expect(missing).toEqual([]);
  expect(listed.filter((beginning) => !sources.includes(beginning))).toEqual([]);
});

test("every metric is listed with its labels, and no alert or runbook names another", async () => {
  const kept = [
    ...sources.matchAll(/name: "(\w+)",\n\s+help: .+\n(?:\s+labelNames: \[(.*)\])?/g),
  ].map(([, name, labels]) => (labels ? `${name}{${labels.replace(/[" ]/g, "")}}` : name));

  const listed = firstColumn(page, "Metrics").filter((name) => !name.endsWith("…"));
  const own = listed.slice(0, kept.length);
  expect(kept.length).toBeGreaterThan(5);
  expect(own.sort()).toEqual(kept.sort());
  const { handler } = createMetrics(async () => 1);
  const scraped = await textOf(handler);
  const queried = [...section(page, "Alerts").matchAll(/\b(?:\w+_)+(?:total|seconds)\b/g)];
  expect(queried.length).toBeGreaterThan(3);
  expect(queried.filter(([name]) => !scraped.includes(`\n# TYPE ${name} `))).toEqual([]);
});

async function textOf(handler: ReturnType<typeof createMetrics>["handler"]): Promise<string> {
  return await new Promise((resolve) => {
    const response = { writeHead: () => response, end: resolve };
    handler({ method: "GET", url: "/metrics" } as never, response as never);
  });
}
