import type { PoolKeys } from "../local-cognito/pool/pool-keys.ts";
import {
  type Claims,
  generateSigningKeys,
  importSigningKeys,
  type SigningKeys,
  type TokenUse,
} from "../local-cognito/pool/signing-keys.ts";
import type { Faults } from "./faults.ts";

const hourSeconds = 60 * 60;

/** The pool's keys, with what is wrong about tokens at the moment. */
export function faultyKeys(keys: PoolKeys, faults: Faults): PoolKeys {
  return {
    ...keys,
    async sign(use, claims) {
      const signer = faults.unknownKey ? await keysOfAStranger() : keys;
      const changed = changeClaims(use, claims, faults);
      if (faults.algNone) return `${encode({ alg: "none" })}.${encode(changed)}.`;
      const token = await signer.sign(use, changed);
      if (!faults.badSignature) return token;
      const other = await signer.sign(use, { ...changed, jti: "another token" });
      return token.replace(/[^.]*$/, other.replace(/^.*\./s, ""));
    },
  };
}

let strangersKeys: Promise<SigningKeys> | undefined;

/** Made at their first use and kept for as long as the program runs: that takes longer than a test. */
function keysOfAStranger(): Promise<SigningKeys> {
  strangersKeys ??= generateSigningKeys().then(importSigningKeys);
  return strangersKeys;
}

function changeClaims(use: TokenUse, claims: Claims, faults: Faults): Claims {
  const now = Number(claims.iat);
  const client = use === "id" ? "aud" : "client_id";
  return {
    ...claims,
    ...(faults.wrongNonce && claims.nonce !== undefined && { nonce: "another nonce" }),
    ...(faults.otherAudience && { [client]: "another0client0id0000000000" }),
    ...(faults.expired && {
      iat: now - 2 * hourSeconds,
      auth_time: now - 2 * hourSeconds,
      exp: now - hourSeconds,
    }),
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
