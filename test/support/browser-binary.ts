import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A browser that can be started: its program, and the environment it needs on top of ours. */
export interface BrowserBinary {
  executablePath: string;
  env: Record<string, string>;
}

const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
const cache = path.join(modules, ".cache");

/** Finds the browser to test with: `CHROME_PATH`, an installed one, or the packaged one once it is unpacked. */
export async function findBrowser(): Promise<BrowserBinary> {
  const executablePath = process.env.CHROME_PATH ?? installedBrowsers().find(existsSync);
  if (executablePath) return { executablePath, env: {} };

  const packaged = packagedBrowser(await unpackedFolder());
  if (existsSync(packaged.executablePath)) return packaged;
  throw new Error(
    "No browser to test with. Pages are tested in Chrome or Chromium, and the packaged one runs on Linux x64 only. " +
      "Install Google Chrome or Chromium, or set CHROME_PATH to the one you have.",
  );
}

/** Unpacks the packaged Chromium where no other browser is found; safe to repeat, and to race with another run. */
export async function unpackBrowser(): Promise<void> {
  if (process.platform !== "linux" || process.arch !== "x64") return;
  if (process.env.CHROME_PATH || installedBrowsers().some(existsSync)) return;

  const folder = await unpackedFolder();
  if (existsSync(folder)) return;
  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(`${folder}-`);
  await inflatePackage(partial);
  await writeFile(path.join(partial, "fonts.conf"), fontsConf(folder));
  await rename(partial, folder).catch(() => rm(partial, { recursive: true }));
}

/** The package unpacks into TMPDIR, and adds the shared libraries only where it believes to be on Lambda. */
async function inflatePackage(folder: string): Promise<void> {
  const script = 'import("@sparticuz/chromium").then((it) => it.default.executablePath())';
  await promisify(execFile)(process.execPath, ["-e", script], {
    cwd: path.dirname(modules),
    env: { TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: "nodejs22.x" },
  });
}

function packagedBrowser(folder: string): BrowserBinary {
  return {
    executablePath: path.join(folder, "chromium"),
    env: {
      LD_LIBRARY_PATH: path.join(folder, "al2023", "lib"),
      FONTCONFIG_FILE: path.join(folder, "fonts.conf"),
    },
  };
}

// The package's own file names folders of another system; a machine without fonts would show boxes for letters.
function fontsConf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;
}

async function unpackedFolder(): Promise<string> {
  const manifest = await readFile(path.join(modules, "@sparticuz/chromium/package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  return path.join(cache, `chromium-${version}`);
}

function installedBrowsers(): string[] {
  const { PROGRAMFILES = "C:\\Program Files", LOCALAPPDATA = "" } = process.env;
  switch (process.platform) {
    case "darwin":
      return [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
      ];
    case "win32":
      return [PROGRAMFILES, "C:\\Program Files (x86)", LOCALAPPDATA].map((folder) =>
        path.join(folder, "Google\\Chrome\\Application\\chrome.exe"),
      );
    default:
      return ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser"].map(
        (name) => `/usr/bin/${name}`,
      );
  }
}
