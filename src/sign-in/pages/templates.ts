import { readFileSync } from "node:fs";
import ejs from "ejs";
import { madeFromFile } from "./made-from-file.ts";

type Template = (locals: object) => string;

/**
 * Renders the EJS templates of a folder. Each is compiled at its first use and, unless they are fixed, whenever it has
 * changed. Includes are named from the folder.
 *
 * Express and ejs by themselves take three times as long: they look for every include on the disk, page by page.
 */
export function createTemplates(
  folder: string,
  options: { isFixed: boolean },
): (name: string, locals: object) => string {
  const templateFrom = madeFromFile(compile, options);

  return function render(name: string, locals: object): string {
    const include = (partial: string, more: object) => render(partial, { ...locals, ...more });
    return templateFrom(`${folder}/${name}.ejs`)({ ...locals, include });
  };
}

function compile(filename: string): Template {
  return ejs.compile(readFileSync(filename, "utf8"), { filename });
}
