import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import express, { type RequestHandler } from "express";

export interface Assets {
  /** The address of a file in views/assets, with its version; throws for a file that does not exist. */
  url(name: string): string;
  /** Serves the files below `/assets`. */
  serve: RequestHandler;
}

/** Static files under addresses that change with their content, so that browsers may keep them for a year. */
export function createAssets(folder: string): Assets {
  const versions = new Map(
    readdirSync(folder).map((name) => [name, versionOf(join(folder, name))]),
  );
  const versionFor = (name: string) => {
    const version = versions.get(name);
    if (!version) throw new Error(`There is no file views/assets/${name}.`);
    return version;
  };
  return {
    url: (name) => `/assets/${name}?v=${versionFor(name)}`,
    serve: express.static(folder, {
      index: false,
      redirect: false,
      dotfiles: "ignore",
      cacheControl: false,
      setHeaders: (res: ServerResponse & { req?: { url?: string } }, path) => {
        const name = path.slice(folder.length + 1);
        const isVersioned = res.req?.url?.endsWith(`?v=${versions.get(name)}`);
        res.setHeader(
          "Cache-Control",
          isVersioned ? "public, max-age=31536000, immutable" : "no-cache",
        );
      },
    }),
  };
}

function versionOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 10);
}
