import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** A folder of files with these texts, gone after the test; gives their paths by name. */
export async function folderWith(texts: Record<string, string>): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), "triggers-"));
  folders.push(folder);
  const paths: Record<string, string> = {};
  for (const [name, text] of Object.entries(texts)) {
    paths[name] = join(folder, name);
    await mkdir(dirname(paths[name]), { recursive: true });
    await writeFile(paths[name], text);
    // Written long before it is read: what is as young as its reader counts as edited meanwhile.
    await utimes(paths[name], 1, 1);
  }
  return paths;
}

/** One file of that name with this text. */
export async function fileWith(name: string, text: string): Promise<string> {
  const { [name]: path = "" } = await folderWith({ [name]: text });
  return path;
}
