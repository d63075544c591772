import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import express, { type RequestHandler } from "express";

export interface Assets {
  /** The address of a file in views/assets, with its version; throws for a file that does not exist. */
  url(name: string): string;
  /** Serves the files below `/assets`. */
  serve: RequestHandler;
}

/**
 * Static files under addresses that change with their content, so that browsers may keep them for a year.
 * Where views are not cached, a changed file has a new address at the next page.
 */
export function createAssets(folder: string, { isCached }: { isCached: boolean }): Assets {
  const versions = new Map<string, string>();
  const versionOf = (name: string): string => {
    const known = isCached ? versions.get(name) : undefined;
    if (known) return known;
    const content = readFileSync(join(folder, name));
    const version = createHash("sha256").update(content).digest("hex").slice(0, 10);
    versions.set(name, version);
    return version;
  };
  return {
    url: (name) => `/assets/${name}?v=${versionOf(name)}`,
    serve: express.static(folder, {
      index: false,
      redirect: false,
      dotfiles: "ignore",
      cacheControl: false,
      setHeaders: (res: ServerResponse & { req?: { url?: string } }, path) => {
        const version = versionOf(path.slice(folder.length + 1));
        const isVersioned = res.req?.url?.endsWith(`?v=${version}`);
        res.setHeader(
          "Cache-Control",
          isVersioned ? "public, max-age=31536000, immutable" : "no-cache",
        );
        // Left to itself, only text/* is given its charset (HT-1).
        if (path.endsWith(".svg")) res.setHeader("Content-Type", "image/svg+xml; charset=utf-8");
      },
    }),
  };
}
