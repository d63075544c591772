import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from "node:crypto";

const ivLength = 12;
const tagLength = 16;

/** Encrypts and decrypts small values; what was sealed for one place or purpose does not open in another. */
export interface Sealer {
  seal(plaintext: string, place: string): Buffer;
  /** The plaintext, or undefined for anything that was not sealed here for this place. */
  open(sealed: Uint8Array, place: string): string | undefined;
}

/** The same for what is no text. */
export interface ByteSealer extends Sealer {
  seal(plaintext: string | Uint8Array, place: string): Buffer;
  openBytes(sealed: Uint8Array, place: string): Buffer | undefined;
}

/**
 * AES-256-GCM with keys derived from the session secrets for one purpose (RFC 5869):
 * the first secret seals, each of them opens, so that secrets can rotate.
 */
export function createSealer(secrets: string[], purpose: string): ByteSealer {
  const keys = secrets.map((secret) => createSecretKey(deriveKey(secret, purpose)));
  const [sealingKey] = keys;
  if (!sealingKey) throw new TypeError("A sealer needs a secret.");

  function openBytes(sealed: Uint8Array, place: string): Buffer | undefined {
    for (const key of keys) {
      const plaintext = open(key, sealed, place);
      if (plaintext !== undefined) return plaintext;
    }
    return undefined;
  }

  return {
    seal: (plaintext, place) => seal(sealingKey, plaintext, place),
    open: (sealed, place) => openBytes(sealed, place)?.toString(),
    openBytes,
  };
}

/** A key for one purpose, from which neither the secret nor the key of another purpose follows (RFC 5869). */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", purpose, 32));
}

function seal(key: KeyObject, plaintext: string | Uint8Array, place: string): Buffer {
  const iv = nextIv();
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(place));
  // GCM is a stream: what `final` would add is nothing.
  const ciphertext = cipher.update(Buffer.from(plaintext));
  cipher.final();
  return Buffer.concat([iv, cipher.getAuthTag(), ciphertext]);
}

const ivs = Buffer.alloc(64 * ivLength);
let ivsUsed = ivs.length;

/** Random, as every one of them; drawn many at a time, since each draw costs more than its bytes do. They are no secret. */
function nextIv(): Buffer {
  if (ivsUsed === ivs.length) {
    randomFillSync(ivs);
    ivsUsed = 0;
  }
  ivsUsed += ivLength;
  return ivs.subarray(ivsUsed - ivLength, ivsUsed);
}

function open(key: KeyObject, sealed: Uint8Array, place: string): Buffer | undefined {
  if (sealed.length < ivLength + tagLength) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, ivLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(sealed.subarray(ivLength, ivLength + tagLength));
  try {
    const plaintext = decipher.update(sealed.subarray(ivLength + tagLength));
    decipher.final();
    return plaintext;
  } catch {
    return undefined;
  }
}
