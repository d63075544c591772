import type { Express, Response } from "express";
import { createTemplates } from "../sign-in/pages/templates.ts";

/** Makes `res.render` answer with the EJS views of a folder: compiled once, and written in one go. */
export function useViews(app: Express, folder: string, options: { isFixed: boolean }): void {
  const render = createTemplates(folder, options);

  app.response.render = function (this: Response, name: string, locals: object = {}): void {
    const html = render(name, { ...app.locals, ...this.locals, ...locals });
    this.setHeader("Content-Type", "text/html; charset=utf-8");
    this.setHeader("Content-Length", Buffer.byteLength(html));
    this.end(html);
  };
}
