import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  DamagedSecretError,
  findSessionSecret,
  isSecretExposed,
  keepSessionSecret,
} from "../src/session/session-secret.ts";
import { noteSecret } from "./support/canary.ts";

describe("The session secret that a machine makes up", () => {
  let dataDirectory: string;
  const path = () => join(dataDirectory, "session-secret");
  beforeEach(async () => {
    dataDirectory = await mkdtemp(join(tmpdir(), "session-secret-"));
  });
  afterEach(() => rm(dataDirectory, { recursive: true, force: true }));

  test("is 256 random bits for nobody else to read, and stays", async () => {
    expect(await findSessionSecret(dataDirectory)).toBeUndefined();

    const secret = await keepSessionSecret(dataDirectory);
    noteSecret("the session secret", secret);

    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    expect(await keepSessionSecret(dataDirectory)).toBe(secret);
    expect(await findSessionSecret(dataDirectory)).toBe(secret);
  });

  test("is one for all that start at the same moment, and no draft of it is left", async () => {
    const starts = Array.from({ length: 20 }, () => keepSessionSecret(dataDirectory));

    const secrets = new Set(await Promise.all(starts));

    expect(secrets.size).toBe(1);
    expect([...secrets]).toEqual([await readFile(path(), "utf8")]);
    expect(await readdir(dataDirectory)).toEqual(["session-secret"]);
  });

  test.each([0o604, 0o640, 0o602])("is told to be exposed with the mode %o", async (mode) => {
    noteSecret("the session secret", await keepSessionSecret(dataDirectory));
    expect(await isSecretExposed(dataDirectory)).toBe(false);

    await chmod(path(), mode);

    expect(await isSecretExposed(dataDirectory)).toBe(true);
  });

  test("is told to be exposed in a folder where others may put a file in its place", async () => {
    noteSecret("the session secret", await keepSessionSecret(dataDirectory));
    await chmod(dataDirectory, 0o1777);
    expect(await isSecretExposed(dataDirectory)).toBe(false);

    await chmod(dataDirectory, 0o777);

    expect(await isSecretExposed(dataDirectory)).toBe(true);
  });

  test("is never replaced where it is damaged or cannot be read", async () => {
    await writeFile(path(), "x".repeat(64));
    await expect(keepSessionSecret(dataDirectory)).rejects.toThrow(DamagedSecretError);
    expect(await readFile(path(), "utf8")).toBe("x".repeat(64));

    await rm(path());
    await mkdir(path());
    await expect(keepSessionSecret(dataDirectory)).rejects.toThrow("EISDIR");
  });
});
