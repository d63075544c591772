import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import express, { type RequestHandler } from "express";

const folder = new URL("../../views/assets/", import.meta.url);
const YEAR_SECONDS = 365 * 24 * 60 * 60;

export interface Assets {
  /** Returns the address of a file in `views/assets`, which changes when the file does. */
  url(name: string): string;
  serve: RequestHandler;
}

/** Serves `views/assets`; an address with the right version may be kept for a year, any other is checked each time. */
export function createAssets(): Assets {
  const versions = new Map<string, string>();
  const versionOf = (name: string) => {
    const version = versions.get(name) ?? hashOf(name);
    versions.set(name, version);
    return version;
  };
  const serveFile = express.static(fileURLToPath(folder), {
    index: false,
    redirect: false,
    setHeaders(res, path) {
      const { searchParams } = new URL(res.req.url ?? "", "http://assets");
      const isCurrent = searchParams.get("v") === versionOf(basename(path));
      const current = `public, max-age=${YEAR_SECONDS}, immutable`;
      res.setHeader("Cache-Control", isCurrent ? current : "no-cache");
    },
  });
  return { url: (name) => `/assets/${name}?v=${versionOf(name)}`, serve: serveFile };
}

function hashOf(name: string): string {
  const content = readFileSync(new URL(name, folder));
  return createHash("sha256").update(content).digest("hex").slice(0, 10);
}
