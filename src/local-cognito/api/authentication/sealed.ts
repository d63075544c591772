import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const ivBytes = 12;
const tagBytes = 16;

/** Encrypts values so that a client can keep them for us: it reads nothing in them, and cannot make one of its own. */
export class Seal {
  readonly #key: Buffer;

  /** The key has 32 bytes. */
  constructor(key: Buffer) {
    this.#key = key;
  }

  seal(value: object): Buffer {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv);
    const text = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), text]);
  }

  /** Returns undefined for what this key has not sealed. */
  open<Value extends object>(sealed: Buffer): Value | undefined {
    if (sealed.length < ivBytes + tagBytes) return undefined;
    const decipher = createDecipheriv("aes-256-gcm", this.#key, sealed.subarray(0, ivBytes));
    decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
    try {
      const text = [decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()];
      return JSON.parse(Buffer.concat(text).toString());
    } catch {
      return undefined;
    }
  }
}
