import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A self-signed certificate for a day, in files. */
export interface Certificate {
  certFile: string;
  keyFile: string;
  remove(): Promise<void>;
}

/** Makes a certificate for a host name, by openssl. */
export async function makeCertificate(host: string): Promise<Certificate> {
  const directory = await mkdtemp(join(tmpdir(), "certificate-"));
  const certFile = join(directory, "cert.pem");
  const keyFile = join(directory, "key.pem");
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const name = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
  const files = ["-keyout", keyFile, "-out", certFile];
  await promisify(execFile)("openssl", ["req", "-x509", "-days", "1", ...key, ...name, ...files]);
  return { certFile, keyFile, remove: () => rm(directory, { recursive: true, force: true }) };
}
