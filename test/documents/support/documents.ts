import { readdirSync, readFileSync } from "node:fs";

export const root = new URL("../../../", import.meta.url);
export const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** Every Markdown file of the project, as paths from its root. */
export const documents: string[] = markdownIn("");

function markdownIn(folder: string): string[] {
  return readdirSync(new URL(folder, root), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith(".") && !["node_modules", "dist"].includes(name))
    .flatMap((entry) => {
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory()) return markdownIn(`${path}/`);
      return path.endsWith(".md") ? [path] : [];
    });
}

/** What a document has between one of its headings and the next of the same level or above, code blocks included. */
export function section(path: string, title: string): string {
  const heading = headings(path).find((each) => each.title === title);
  if (heading === undefined) throw new Error(`${path} has no section "${title}".`);
  const end = headings(path).find(({ at, level }) => at > heading.at && level <= heading.level);
  return read(path).slice(heading.at, end?.at);
}

/** The rows of the tables in a section, without their heads, as the texts of their cells. */
export function rows(path: string, title: string): string[][] {
  return section(path, title)
    .split("\n")
    .filter((line, at, lines) => line.startsWith("| ") && !lines[at + 1]?.startsWith("|---"))
    .map((line) => line.slice(2, -1).split(/ (?<!\\)\| /))
    .map((cells) => cells.map((cell) => cell.trim()));
}

/** What the first cells of those rows have in code marks. */
export function firstColumn(path: string, title: string): string[] {
  return rows(path, title).flatMap(([cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );
}

/** The blocks of code in one language that a section holds. */
export function codeBlocks(path: string, title: string, language: string): string[] {
  const blocks = section(path, title).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(([, name, text = ""]) => (name === language ? [text] : []));
}

/** The anchors that GitHub gives a document's headings, and where each stands. */
export function anchors(path: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const { title, at } of headings(path)) {
    const anchor = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-");
    let unique = anchor;
    for (let again = 1; found.has(unique); again++) unique = `${anchor}-${again}`;
    found.set(unique, at);
  }
  return found;
}

/** Links of the form `[words](target)`, pictures included, outside of code. */
export function links(path: string): { words: string; target: string; at: number }[] {
  return [...withoutCode(read(path)).matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g)].map(
    ({ 1: words = "", 2: target = "", index }) => ({ words, target, at: index }),
  );
}

function headings(path: string): { title: string; level: number; at: number }[] {
  return [...withoutCode(read(path)).matchAll(/^(#+) (.+)$/gm)].map(
    ({ 1: marks = "", 2: title = "", index }) => ({ title, level: marks.length, at: index }),
  );
}

/** The same text with blanks for the lines of code blocks, so that places stay. */
function withoutCode(text: string): string {
  return text.replace(/^( *)```[\s\S]*?^\1```$/gm, (block) => block.replace(/[^\n]/g, " "));
}
