import { createHash } from "node:crypto";
import { type Segment, signJwt, unsignedJwt } from "./jwt.ts";
import type { Claims } from "./pool-claims.ts";
import type { Script } from "./scripted-provider.ts";
import { signingKeys } from "./signing-keys.ts";

const keys = await signingKeys();

/** The header that a scripted provider writes until its keys are rotated. */
export const poolHeader = { kid: keys.idTokens.kid, alg: "RS256" };

/** Changes claims, and has the pool's key sign them. */
export function claims(changes: Claims): Script {
  return { claims: (all) => ({ ...all, ...changes }) };
}

export function without(name: string): Script {
  return claims({ [name]: undefined });
}

/** Changes header members, and has the pool's key sign them. */
export function header(changes: Claims): Script {
  return { header: (all) => ({ ...all, ...changes }) };
}

/** Good claims under a header of its own, signed by a key of one's choice. */
export function signedBy(key: keyof typeof keys, members: Claims): Script {
  return {
    jwt: (_, { claims: all }) => signJwt({ alg: "RS256", ...members }, all, keys[key].privateKey),
  };
}

/** Good claims with no signature behind the last dot, or with a made-up one. */
export function unsigned(changes: Claims, signature = ""): Script {
  return {
    jwt: (_, { claims: all }) => unsignedJwt({ ...poolHeader, ...changes }, all) + signature,
  };
}

/** The payload as text with one place rewritten, for what no JSON library would write. */
export function rewritten(pattern: RegExp, replacement: string): Script {
  return {
    jwt: (_, { claims: all }) =>
      signed(poolHeader, JSON.stringify(all).replace(pattern, replacement)),
  };
}

/** Anything at all, signed by the key of the pool's ID tokens. */
export function signed(head: Segment, payload: Segment): string {
  return signJwt(head, payload, keys.idTokens.privateKey);
}

/** Changes the bytes of the signature. */
export function signatureBytes(change: (bytes: Buffer) => Buffer): Script {
  return {
    jwt: (jwt) =>
      withPart(jwt, 2, change(Buffer.from(part(jwt, 2), "base64url")).toString("base64url")),
  };
}

export function part(jwt: string, index: 0 | 1 | 2): string {
  return jwt.split(".")[index] ?? "";
}

export function withPart(jwt: string, index: 0 | 1 | 2, value: string): string {
  return jwt.split(".").with(index, value).join(".");
}

export function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

export function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

export function swapCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}
