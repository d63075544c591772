import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import express, { type RequestHandler } from "express";
import { madeFromFile } from "../sign-in/pages/made-from-file.ts";

export interface Assets {
  /** The address of a file in views/assets, with its version; throws for a file that does not exist. */
  url(name: string): string;
  /** Serves the files below `/assets`. */
  serve: RequestHandler;
}

/**
 * Static files under addresses that change with their content, so that browsers may keep them for a year.
 * Unless they are fixed, a changed file has a new address at the next page.
 */
export function createAssets(folder: string, { isFixed }: { isFixed: boolean }): Assets {
  const versionOf = madeFromFile(hashOf, { isFixed });
  return {
    url: (name) => `/assets/${name}?v=${versionOf(`${folder}/${name}`)}`,
    serve: express.static(folder, {
      index: false,
      redirect: false,
      dotfiles: "ignore",
      cacheControl: false,
      setHeaders: (res: ServerResponse & { req?: { url?: string } }, path) => {
        const isVersioned = res.req?.url?.endsWith(`?v=${versionOf(path)}`);
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

function hashOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 10);
}
