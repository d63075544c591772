import { readFileSync } from "node:fs";
import ejs from "ejs";
import type { Express, Response } from "express";
import { madeFromFile } from "./made-from-file.ts";

type View = (locals: object) => string;

/**
 * Makes `res.render` answer with the EJS views of a folder. Each is compiled at its first use and, unless they are
 * fixed, whenever it has changed. Includes are named from the folder.
 *
 * Express and ejs by themselves take three times as long: they look for every include on the disk, page by page.
 */
export function useViews(app: Express, folder: string, options: { isFixed: boolean }): void {
  const viewFrom = madeFromFile(compile, options);

  function render(name: string, locals: object): string {
    const include = (partial: string, more: object) => render(partial, { ...locals, ...more });
    return viewFrom(`${folder}/${name}.ejs`)({ ...locals, include });
  }

  app.response.render = function (this: Response, name: string, locals: object = {}): void {
    const html = render(name, { ...app.locals, ...this.locals, ...locals });
    this.setHeader("Content-Type", "text/html; charset=utf-8");
    this.setHeader("Content-Length", Buffer.byteLength(html));
    this.end(html);
  };
}

function compile(filename: string): View {
  return ejs.compile(readFileSync(filename, "utf8"), { filename });
}
