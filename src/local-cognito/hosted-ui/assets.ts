import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import express, { type RequestHandler } from "express";
import { packageFolder } from "../package-folder.ts";

const folder = join(packageFolder, "views/assets");
const yearSeconds = 365 * 24 * 60 * 60;

export interface Assets {
  /** Returns the address of a file in `views/assets`, which changes when the file does. */
  url(name: string): string;
  serve: RequestHandler;
}

/** Serves `views/assets`; an address with the right version may be kept for a year, any other is checked each time. */
export function createAssets(): Assets {
  const versions = new Map(readdirSync(folder).map((name) => [name, hashOf(name)]));
  const serveFile = express.static(folder, {
    index: false,
    redirect: false,
    setHeaders(res, path) {
      // The target as it came: whoever sent it may not have made it parse, and nothing catches an error here.
      const isCurrent = res.req.url?.endsWith(`?v=${versions.get(basename(path))}`);
      const current = `public, max-age=${yearSeconds}, immutable`;
      res.setHeader("Cache-Control", isCurrent ? current : "no-cache");
    },
  });
  const url = (name: string) => {
    const version = versions.get(name);
    if (!version) throw new Error(`There is no file views/assets/${name}.`);
    return `/assets/${name}?v=${version}`;
  };
  return { url, serve: serveFile };
}

function hashOf(name: string): string {
  const content = readFileSync(join(folder, name));
  return createHash("sha256").update(content).digest("hex").slice(0, 10);
}
