import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  DamagedSecretError,
  findSessionSecret,
  keepSessionSecret,
} from "../../../src/sign-in/session/session-secret.ts";
import { noteSecret } from "../../support/canary.ts";

describe("The session secret that a machine makes up", () => {
  let dataDirectory: string;
  const path = () => join(dataDirectory, "session-secret");
  beforeEach(async () => {
    dataDirectory = await mkdtemp(join(tmpdir(), "session-secret-"));
  });
  afterEach(() => rm(dataDirectory, { recursive: true, force: true }));

  test("is 256 random bits for nobody else to read, and stays", async () => {
    expect(await findSessionSecret(dataDirectory)).toBeUndefined();

    const { secret } = await keepSessionSecret(dataDirectory);
    noteSecret("the session secret", secret);

    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    expect(await keepSessionSecret(dataDirectory)).toEqual({ secret, isExposed: false });
    expect(await findSessionSecret(dataDirectory)).toEqual({ secret, isExposed: false });
  });

  test("is one for all that start at the same moment, and no draft of it is left", async () => {
    const starts = Array.from({ length: 20 }, () => keepSessionSecret(dataDirectory));

    const secrets = new Set((await Promise.all(starts)).map(({ secret }) => secret));

    expect(secrets.size).toBe(1);
    expect([...secrets]).toEqual([await readFile(path(), "utf8")]);
    expect(await readdir(dataDirectory)).toEqual(["session-secret"]);
  });

  const isExposed = async () => (await findSessionSecret(dataDirectory))?.isExposed;

  test.each([0o604, 0o640, 0o602])("is told to be exposed with the mode %o", async (mode) => {
    noteSecret("the session secret", (await keepSessionSecret(dataDirectory)).secret);

    await chmod(path(), mode);

    expect(await isExposed()).toBe(true);
  });

  test.each([
    [0o777, true],
    [0o770, true],
    [0o755, false],
    [0o1777, false],
  ])(
    "is told to be exposed where others may put a file in its place: %o",
    async (mode, exposed) => {
      noteSecret("the session secret", (await keepSessionSecret(dataDirectory)).secret);

      await chmod(dataDirectory, mode);

      expect(await isExposed()).toBe(exposed);
    },
  );

  test.skipIf(process.geteuid?.() !== 0)(
    "is told to be exposed where it is somebody else's, or in a folder of theirs",
    async () => {
      noteSecret("the session secret", (await keepSessionSecret(dataDirectory)).secret);
      await chown(path(), 65534, 65534);
      expect(await isExposed()).toBe(true);

      await chown(path(), 0, 0);
      expect(await isExposed()).toBe(false);

      await chown(dataDirectory, 65534, 65534);
      expect(await isExposed()).toBe(true);
    },
  );

  test("is never replaced where it is damaged or cannot be read", async () => {
    await writeFile(path(), "x".repeat(64));
    await expect(keepSessionSecret(dataDirectory)).rejects.toThrow(DamagedSecretError);
    expect(await readFile(path(), "utf8")).toBe("x".repeat(64));

    await rm(path());
    await mkdir(path());
    await expect(keepSessionSecret(dataDirectory)).rejects.toThrow("EISDIR");
  });
});
