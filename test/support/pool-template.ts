import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import type { TestProject } from "vitest/node";
import { startLocalCognito } from "../../src/local-cognito/local-cognito.ts";

/** The file that local Cognito keeps a pool in. */
export const poolFile = "local-cognito.mdb";

declare module "vitest" {
  interface ProvidedContext {
    poolTemplate: string;
  }
}

/** Makes one pool that nobody has used, for the whole run: making its keys takes longer than most tests. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "pool-template-"));
  const urls = { callbackUrls: ["http://localhost/"], signOutUrls: ["http://localhost/"] };
  const pool = await startLocalCognito({ dataDirectory, port: 0, ...urls });
  // Its keys are made when they are first asked for.
  await fetch(`${pool.issuer}/.well-known/jwks.json`);
  await pool.close();
  project.provide("poolTemplate", dataDirectory);
  return () => rm(dataDirectory, { recursive: true, force: true });
}

/** Puts a copy of the unused pool into a folder, to start local Cognito from. */
export async function copyNewPool(dataDirectory: string): Promise<void> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  await copyFile(join(inject("poolTemplate"), poolFile), join(dataDirectory, poolFile));
}
