import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { providerForAll } from "./support/provider-for-all.ts";
import { rawRequest } from "./support/raw-request.ts";
import { startForAll } from "./support/start.ts";

const root = new URL("../", import.meta.url);
const readJson = (name: string) => JSON.parse(readFileSync(new URL(name, root), "utf8"));

const provider = providerForAll();
const app = startForAll(() => ({ userPool: provider() }));

describe("CF-4: no file of the project is served", () => {
  test.each([
    ..."/.env /.env.example /.git/config /.git/HEAD /.gitignore /.npmrc /.data/session-secret".split(
      " ",
    ),
    ..."/package.json /package-lock.json /tsconfig.json /node_modules/express/package.json".split(
      " ",
    ),
    ..."/src/app.ts /src/server.ts /dist/app.js /dist/app.js.map /app.js.map /server.js".split(" "),
    ..."/views/index.ejs /index.ejs /assets/index.ejs /assets/site.css.map /assets/../index.ejs".split(
      " ",
    ),
    ..."/test/setup.ts /README.md /metrics /_local /_local/users /debug /.well-known/openid-configuration".split(
      " ",
    ),
  ])("such as %s", async (path) => {
    const { status } = await rawRequest(app().port, [`GET ${path} HTTP/1.1`, "Host: localhost"]);

    expect(status).toBe(404);
  });
});

describe("CF-4: what is handed on", () => {
  const tracked = () =>
    execFileSync("git", ["-c", "safe.directory=*", "ls-files", "-z"], {
      cwd: root,
      encoding: "utf8",
    })
      .split("\0")
      .filter((path) => path !== "" && existsSync(new URL(path, root)));

  const isClone = existsSync(new URL(".git", root));
  test.runIf(isClone)("holds no secret, no kept data and no settings of a machine", () => {
    const files = tracked();
    expect(files).toContain(".env.example");
    expect(
      files.filter((path) =>
        /(?:^|\/)(?:\.env$|\.data\/|node_modules\/|session-secret$|.*\.(?:pem|key|mdb)$)/.test(
          path,
        ),
      ),
    ).toEqual([]);
    for (const path of files.filter((name) => /\.(?:ts|json|md|ejs|example|ya?ml)$/.test(name))) {
      const text = readFileSync(new URL(path, root), "utf8");
      expect(text, path).not.toMatch(
        /-----BEGIN [A-Z ]*PRIVATE KEY-----\n[\w+/=]{40}|\bAKIA[0-9A-Z]{16}\b/,
      );
    }
  });

  test("is built with maps that hold no source, and has a lock with a checksum for every package", () => {
    const { packages } = readJson("package-lock.json");
    const { dependencies, devDependencies } = readJson("package.json");

    const maps = readdirSync(new URL("dist/", root), { recursive: true, encoding: "utf8" }).filter(
      (path) => path.endsWith(".js.map"),
    );
    expect(maps.length).toBeGreaterThan(0);
    for (const path of maps) expect(readJson(`dist/${path}`)).not.toHaveProperty("sourcesContent");
    expect(packages[""].dependencies).toEqual(dependencies);
    expect(packages[""].devDependencies).toEqual(devDependencies);
    // A registry need not offer what only other systems use: those entries may lack theirs.
    const unlocked = Object.entries<{ integrity?: string; optional?: boolean }>(packages).filter(
      ([path, { integrity, optional }]) =>
        path !== "" && !optional && !integrity?.startsWith("sha512-"),
    );
    expect(unlocked.map(([path]) => path)).toEqual([]);
  });
});
