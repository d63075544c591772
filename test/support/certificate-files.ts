import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { issueCertificate } from "./certificates.ts";

/** A self-signed certificate, in files. */
export interface CertificateFiles {
  certFile: string;
  keyFile: string;
  remove(): Promise<void>;
}

/** Issues a certificate for a host name, for programs that read it from files. */
export async function writeCertificate(host: string): Promise<CertificateFiles> {
  const directory = await mkdtemp(join(tmpdir(), "certificate-"));
  const certFile = join(directory, "cert.pem");
  const keyFile = join(directory, "key.pem");
  const { cert, key } = issueCertificate({ hosts: [host], isAuthority: true });
  await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key, { mode: 0o600 })]);
  return { certFile, keyFile, remove: () => rm(directory, { recursive: true, force: true }) };
}
