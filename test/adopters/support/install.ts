import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll } from "vitest";

const run = promisify(execFile);
const root = new URL("../../../", import.meta.url).pathname;
const apps = join(root, "test/adopters");
const packageName = "express-cognito-sign-in";

/**
 * Packs the package once for all tests of a file. The result installs one of the apps, at its first use, and resolves to
 * its folder.
 */
export function packForAll(): (app: App) => Promise<string> {
  let folder = "";
  const installed = new Map<App, Promise<string>>();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "adopters-"));
    await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: root });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return (app) => {
    const folderOfApp = installed.get(app) ?? install(app, folder);
    installed.set(app, folderOfApp);
    return folderOfApp;
  };
}

/** Packages of this project under their own names. */
export function itself(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name]));
}

export interface App {
  /** Its folder beside this one. */
  name: string;
  type: "module" | "commonjs";
  /** The packages that it has itself, by the name that it imports, and where this project has them. */
  packages: Record<string, string>;
}

/**
 * Leaves what `npm install` would leave: the package as it was packed, what it depends on and no development dependency,
 * and beside it the app's own packages. Where the app has another version of a package, the package has one of its own.
 */
async function install({ name, type, packages }: App, folder: string): Promise<string> {
  const app = join(folder, name);
  await cp(join(apps, name), app, { recursive: true });
  await writeFile(join(app, "package.json"), JSON.stringify({ name, type }));
  const modules = join(app, "node_modules");
  const installed = join(modules, packageName);
  await mkdir(installed, { recursive: true });
  const tarball = join(folder, `${packageName}-${await versionOf()}.tgz`);
  await run("tar", ["-xzf", tarball, "--strip-components=1", "-C", installed]);

  for (const [own, real] of Object.entries(packages)) await link(real, join(modules, own));
  const { dependencies } = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  for (const dependency of Object.keys(dependencies)) {
    const has = packages[dependency];
    if (has === dependency) continue;
    await link(dependency, join(has ? join(installed, "node_modules") : modules, dependency));
  }
  return app;
}

async function versionOf(): Promise<string> {
  return JSON.parse(await readFile(join(root, "package.json"), "utf8")).version;
}

async function link(name: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await symlink(join(root, "node_modules", name), path);
}
