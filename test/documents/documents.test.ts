import { expect, test } from "vitest";
import { operations } from "../../src/local-cognito/api/operations.ts";
import { read, rows, section } from "./support/documents.ts";

test("the README lists the same settings as .env.example", () => {
  const rows = section("README.md", "Settings")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const inReadme = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  const inExample = [...read(".env.example").matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);

  expect(inReadme.sort()).toEqual(inExample.sort());
});

test.each(["test/testing/example.test.ts", "test/testing/aws-sdk-example.test.ts"])(
  "%s is shown with the test kit as the suite runs it",
  (path) => {
    const example = read(path).trim();

    expect(read("src/testing/README.md")).toContain(`\`\`\`ts\n${example}\n\`\`\``);
  },
);

test("docs/decisions.md says of every dependency why it is there", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json"));
  const packages = Object.keys({ ...dependencies, ...devDependencies }).filter(
    (name) => !name.startsWith("@types/"),
  );

  const reasons = section("docs/decisions.md", "Dependencies");
  expect(packages.filter((name) => !reasons.includes(`\`${name}\``))).toEqual([]);
});

test("the table of the JSON API has every operation that is simulated, and no other", () => {
  const named = rows("src/local-cognito/api/README.md", "Operations").flatMap(([names = ""]) =>
    names.split(", "),
  );

  expect(named.sort()).toEqual(Object.keys(operations).sort());
});
