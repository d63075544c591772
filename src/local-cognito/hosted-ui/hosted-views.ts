import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import ejs from "ejs";
import type { Express, Response } from "express";
import { type Message, say, type Values } from "../messages.ts";
import { packageFolder } from "../package-folder.ts";
import type { PoolSettings } from "../pool/pool-settings.ts";
import { languageOf } from "./language-choice.ts";
import type { OwnStyles } from "./own-style.ts";

interface Template {
  changedAt: number;
  view: (locals: object) => string;
}

const folder = join(packageFolder, "views/hosted-ui/");
/** By the domain's ManagedLoginVersion. */
const looks = { 1: "classic", 2: "managed-login" } as const;
/** The pages of each look; the others are the same for both. */
const pagesOf = (look: string) => new Set(readdirSync(`${folder}${look}`));
const branded = { classic: pagesOf("classic"), "managed-login": pagesOf("managed-login") };
/** Of all pools in this process: a suite starts hundreds. */
const templates = new Map<string, Template>();

/**
 * Makes `res.render` answer with a page of `views/hosted-ui`. Each template is compiled at its first use and whenever
 * it has changed; by itself Express has every page and all that it includes compiled anew. To a template `say(message)`
 * is that message in the visitor's language, and `lang` the tag of that language.
 */
export function useHostedViews(
  app: Express,
  { managedLoginVersion }: PoolSettings,
  ownStyles: OwnStyles,
): void {
  const look = looks[managedLoginVersion];
  app.response.render = function (this: Response, name: string, locals: object = {}): void {
    const lang = languageOf(this.req);
    const sayIt = (message: Message, values?: Values) => say(lang, message, values);
    const words = { lang, say: sayIt, skipToContent: sayIt("skipToContent") };
    const isBranded = branded[look].has(`${name}.ejs`);
    const page = isBranded ? `${look}/${name}` : name;
    const ownStyle = isBranded && look === "classic" && ownStyles.addressFor(this.req);
    const all = { ...app.locals, ...words, ownStyle, ...this.locals, ...locals };
    this.type("html").send(render(page, all));
  };
}

function render(name: string, locals: object): string {
  const include = (partial: string, more: object) => render(partial, { ...locals, ...more });
  return find(name).view({ ...locals, include });
}

function find(name: string): Template {
  const filename = `${folder}${name}.ejs`;
  const changedAt = statSync(filename).mtimeMs;
  const known = templates.get(name);
  if (known?.changedAt === changedAt) return known;
  const view = ejs.compile(readFileSync(filename, "utf8"), { filename });
  const template = { changedAt, view };
  templates.set(name, template);
  return template;
}
