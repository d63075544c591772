import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";

/** A certificate and its private key, in PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

export interface CertificateRequest {
  /** Whom it is for; the first one is its common name, too. */
  hosts: string[];
  /** Who signs it; by default it does so itself, as that of an authority does. */
  issuer?: Certificate & { name: string };
  isAuthority?: boolean;
  /** From when and until when, in days from now. */
  validDays?: [from: number, until: number];
}

/** Issues an X.509 certificate (RFC 5280) for a new key: what no one has to keep in a repository. */
export function issueCertificate(request: CertificateRequest): Certificate {
  const { hosts, issuer, isAuthority = false, validDays = [-1, 1] } = request;
  const [subject = ""] = hosts;
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const signingKey: KeyObject = issuer ? createPrivateKey(issuer.key) : privateKey;

  const body = sequence(
    tagged(0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    ecdsaWithSha256,
    nameOf(issuer?.name ?? subject),
    sequence(...validDays.map(timeInDays)),
    nameOf(subject),
    spki,
    tagged(
      3,
      sequence(
        extension("551d13", sequence(...(isAuthority ? [der(0x01, Buffer.of(0xff))] : []))),
        extension("551d11", sequence(...hosts.map((host) => der(0x82, Buffer.from(host))))),
      ),
    ),
  );
  const signature = sign("sha256", body, signingKey);
  const cert = sequence(body, ecdsaWithSha256, der(0x03, Buffer.of(0), signature));
  return {
    cert: pem(cert),
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

const ecdsaWithSha256 = sequence(objectId("2a8648ce3d040302"));

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(objectId("550403"), der(0x0c, Buffer.from(commonName)))));
}

function timeInDays(days: number): Buffer {
  const time = new Date(Date.now() + days * 24 * 60 * 60 * 1000).toISOString();
  return der(0x18, Buffer.from(time.replace(/[-:T]|\.\d+/g, "")));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), der(0x04, value));
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function tagged(tag: number, value: Buffer): Buffer {
  return der(0xa0 + tag, value);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts);
}

/** X.690 §8: tag, length, content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
