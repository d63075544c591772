import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const root = new URL("../", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), "utf8");
const readme = read("README.md");

describe("The README", () => {
  test("names files and pictures that exist", () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path ?? "");

    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  });

  test("leads to sections that it has, above or below as it says", () => {
    const sections = new Map(
      [...readme.matchAll(/^#+ (.+)$/gm)].map(({ 1: title = "", index }) => [
        anchorOf(title),
        index,
      ]),
    );
    const links = [...readme.matchAll(/\[([^\]]+)\]\(#([^)]+)\)/g)].map(
      ({ 1: words, 2: anchor = "", index }) => ({ words, anchor, from: index }),
    );

    expect(links.length).toBeGreaterThan(5);
    const astray = links.filter(({ words, anchor, from }) => {
      const to = sections.get(anchor);
      if (to === undefined) return true;
      return (words === "above" && to > from) || (words === "below" && to < from);
    });
    expect(astray).toEqual([]);
  });

  test("lists the same settings as .env.example", () => {
    const table = readme.slice(
      readme.indexOf("\n## Settings"),
      readme.indexOf("\n## Add your own page"),
    );
    const rows = table.split("\n").filter((line) => line.startsWith("| `"));
    const inReadme = rows.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    const inExample = [...read(".env.example").matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);

    expect(inReadme.sort()).toEqual(inExample.sort());
  });

  test("has systemd read the settings where the app, as another user, does not look for them", () => {
    const [, unit = ""] = readme.split("```ini\n[Service]\n");
    const [, folder] = /^WorkingDirectory=(.+)$/m.exec(unit) ?? [];

    expect(folder).toMatch(/^\//);
    expect(unit).toMatch(/^EnvironmentFile=\/.+\.env$/m);
    expect(unit).not.toContain(`EnvironmentFile=${folder}`);
  });

  test("gives doctor and operator under systemd every setting that the app has there", () => {
    const [, unit = ""] = readme.split("```ini\n[Service]\n");
    const [, settings] = /^EnvironmentFile=(.+)$/m.exec(unit) ?? [];
    const commands = [...unit.matchAll(/`sudo node (.+?) dist\/(\w+)\/\w+\.js/g)];

    expect(unit).not.toMatch(/^Environment=/m);
    expect(commands.map(([, words, folder]) => [folder, words])).toEqual([
      ["doctor", `--env-file=${settings}`],
      ["operator", `--env-file=${settings}`],
    ]);
  });

  test("shows the example of the test kit as the suite runs it", () => {
    const example = read("test/testing/example.test.ts").trim();

    expect(readme).toContain(`\`\`\`ts\n${example}\n\`\`\``);
  });

  test("lists scripts that package.json has, and dependencies as package.json does", () => {
    const { scripts, dependencies, devDependencies } = JSON.parse(read("package.json"));
    const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script ?? "");
    const packages = Object.keys({ ...dependencies, ...devDependencies }).filter(
      (name) => !name.startsWith("@types/"),
    );

    expect(named.filter((script) => !(script in scripts))).toEqual([]);
    expect(packages.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});

/** As GitHub makes it of a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-");
}
