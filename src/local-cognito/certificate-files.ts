import { readFile } from "node:fs/promises";

/** Reads a certificate and its key, in PEM; throws an error that says which of the files cannot be read, and why. */
export async function readCertificate(files: { cert: string; key: string }) {
  return { cert: await readText(files.cert), key: await readText(files.key) };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    throw new Error(
      `${path} cannot be read (${why}).\n` +
        "Local Cognito would be served by https with it.\n" +
        "Name a certificate and its key as PEM files, or neither of them for plain http.",
    );
  }
}
