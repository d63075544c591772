import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";

/** All that servers have of local Cognito is behind this import. */
const isWithoutLocalCognito = process.argv.includes("--without-local-cognito");
const doorToLocalCognito = "*/local-pool.ts";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

/** Paths in the folder that they are built to, without the ending, and the sources. */
type Entries = Record<string, string>;

/** What a server runs. */
const server: Entries = { server: "src/server.ts" };
const commandsOfSite: Entries = {
  "doctor/doctor": "src/doctor/doctor.ts",
  "operator/sessions": "src/operator/sessions.ts",
};
const programsOfPackage: Entries = {
  "doctor/doctor": "src/doctor/doctor.ts",
  "local-cognito/run": "src/local-cognito/run.ts",
  "operator/sessions": "src/operator/sessions.ts",
  "setup/setup": "src/setup/setup.ts",
};
const modulesOfPackage: Entries = {
  "sign-in/index": "src/sign-in/index.ts",
  "testing/start-user-pool": "src/testing/start-user-pool.ts",
  "local-cognito/function-process": "src/local-cognito/triggers/lambda/function-process.ts",
};

const common = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  sourcemap: true,
  sourcesContent: false,
  write: false,
  logLevel: "warning",
} satisfies BuildOptions;

/** Paths in `dist/`, and what each file holds. */
type Files = Map<string, Uint8Array | string>;

/**
 * Makes `dist/` for servers, and `dist/package/` for those who install the package: a program is one file, and what it
 * shares or loads later lies beside it. What is as it was is not written again, since a server may be running from it.
 */
async function buildAll(): Promise<void> {
  const sources = await stampsOfSources();
  const before = await readBuilt();
  if (before.sources === sources && before.files.every(isThere)) return;
  // A build that ends halfway leaves a `dist/` that is made from nothing.
  await writeBuilt({ ...before, sources: "" });
  const files: Files = new Map();
  await Promise.all([
    bundleSite(files, "server", server),
    bundleSite(files, "commands", commandsOfSite),
    bundlePackage(files),
    takeTypes(files),
  ]);
  await Promise.all([...files].map(([path, content]) => writeChanged(join(dist, path), content)));
  // A server that runs from the build before this one has yet to load some of its files.
  await removeAllBut(new Set([...files.keys(), ...before.files]));
  await rm(join(dist, compiled), { recursive: true, force: true, maxRetries: 5 });
  await writeBuilt({ sources, files: [...files.keys()] });
}

/** What `dist/` is made from, and its files: a second `npm start` need not build anew. */
interface Built {
  sources: string;
  files: string[];
}

const builtFrom = ".built-from";

const isThere = (path: string) => existsSync(join(dist, path));

async function readBuilt(): Promise<Built> {
  try {
    return JSON.parse(await readFile(join(dist, builtFrom), "utf8"));
  } catch {
    return { sources: "", files: [] };
  }
}

/** In one step: other processes may build at the same moment. */
async function writeBuilt(built: Built): Promise<void> {
  const path = join(dist, builtFrom);
  await writeFile(`${path}-${process.pid}`, JSON.stringify(built));
  await rename(`${path}-${process.pid}`, path);
}

/**
 * Another one where a source, a setting of the build or a package has changed. What is bundled are the packages that are
 * installed, and those of `package-lock.json` only after `npm ci`.
 */
async function stampsOfSources(): Promise<string> {
  const sources = await readdir(join(root, "src"), { recursive: true, withFileTypes: true });
  const paths = sources
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const others = ["package.json", "tsconfig.json", "node_modules/.package-lock.json"];
  const stamps = [...paths, ...others.map((path) => join(root, path))].map(async (path) => {
    // Other package managers leave another list, or none.
    const found = await stat(path).catch(() => undefined);
    return `${path} ${found?.size} ${found?.mtimeMs}`;
  });
  return [`without local Cognito: ${isWithoutLocalCognito}`, ...(await Promise.all(stamps))].join(
    "\n",
  );
}

/**
 * All packages are inside, but for the one that has native code: a server needs no other. The doctor asks AWS by an SDK
 * that only development has.
 */
async function bundleSite(files: Files, folder: string, programs: Entries): Promise<void> {
  const { outputFiles } = await build({
    ...common,
    entryPoints: asPrograms(programs),
    outdir: `dist/${folder}`,
    external: ["lmdb", "@aws-sdk/*", ...(isWithoutLocalCognito ? [doorToLocalCognito] : [])],
    // CommonJS packages ask for Node's own modules.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    minifySyntax: true,
    minifyWhitespace: true,
    plugins: [mapOwnSourcesOnly],
  });
  for (const { path, contents } of outputFiles) files.set(relative(dist, path), contents);
  addFirstLines(files, ".", folder, programs);
}

/** Packages stay outside: whoever installs this one has them, and gets their updates. */
async function bundlePackage(files: Files): Promise<void> {
  const { outputFiles } = await build({
    ...common,
    entryPoints: { ...modulesOfPackage, ...asPrograms(programsOfPackage) },
    outdir: "dist/package",
    packages: "external",
  });
  for (const { path, contents } of outputFiles) files.set(relative(dist, path), contents);
  addFirstLines(files, "package", "package", programsOfPackage);
}

function asPrograms(entries: Entries): Entries {
  return Object.fromEntries(
    Object.entries(entries).map(([name, source]) => [`programs/${name}`, source]),
  );
}

/**
 * The first lines of each program. What Node has compiled is kept from one start to the next, by Node 22 and later, and
 * stack traces name the sources. What a program imports would be loaded before such lines of its own.
 */
function addFirstLines(files: Files, to: string, folder: string, programs: Entries): void {
  for (const name of Object.keys(programs)) {
    const path = join(to, `${name}.js`);
    const from = (other: string) => JSON.stringify(relativeUrl(path, other));
    files.set(
      path,
      `#!/usr/bin/env node
import module from "node:module";
import { fileURLToPath } from "node:url";
module.enableCompileCache?.(fileURLToPath(new URL(${from(compiled)}, import.meta.url)));
await import(${from(`${folder}/programs/${name}.js`)});
`,
    );
  }
}

/** Beside the code that it is made of: whoever can write there can change the code as well. */
const compiled = ".compiled";

function relativeUrl(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}

/** Node reads source maps at the start. Those of packages are several times ours, and their names help nobody here. */
const mapOwnSourcesOnly: Plugin = {
  name: "map-own-sources-only",
  setup({ onLoad }) {
    const noMap = Buffer.from('{"version":3,"sources":[""],"mappings":"A"}').toString("base64");
    onLoad({ filter: /\/node_modules\/.*\.[cm]?js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, "utf8")}\n//# sourceMappingURL=data:application/json;base64,${noMap}`,
      loader: "js",
    }));
  },
};

/** The declarations that the package's own refer to, of all that the compiler has made. */
async function takeTypes(files: Files): Promise<void> {
  const waiting = ["sign-in/index.d.ts", "testing/start-user-pool.d.ts"];
  for (const name of waiting) {
    const text = await readFile(join(dist, types, name), "utf8");
    files.set(`package/${name}`, text);
    for (const [, specifier = ""] of text.matchAll(/(?:from |import\()"(\.[^"]+)\.[jt]s"/g)) {
      const other = join(dirname(name), `${specifier}.d.ts`);
      if (!waiting.includes(other)) waiting.push(other);
    }
  }
}

/** Where the compiler leaves its declarations. */
const types = "types";

async function writeChanged(path: string, content: Uint8Array | string): Promise<void> {
  const before = await readFile(path).catch(() => undefined);
  if (before?.equals(Buffer.from(content))) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode: 0o755 });
}

async function removeAllBut(kept: Set<string>): Promise<void> {
  const there = await readdir(dist, { recursive: true, withFileTypes: true });
  for (const entry of there) {
    const path = relative(dist, join(entry.parentPath, entry.name));
    const isOthers = [`${types}/`, `${compiled}/`, builtFrom].some((other) =>
      path.startsWith(other),
    );
    if (entry.isFile() && !isOthers && !kept.has(path)) await rm(join(dist, path), { force: true });
  }
}

await buildAll();
