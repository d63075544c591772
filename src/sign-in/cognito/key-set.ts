import type { JWK } from "jose";
import { z } from "zod";

/** RFC 7517 §4, narrowed to what may sign a Cognito ID token: a public RSA key of 2048 bits or more, for RS256. */
const usableKeySchema = z
  .object({
    kty: z.literal("RSA"),
    kid: z.string().min(1).max(256).optional(),
    n: z.string().refine((modulus) => Buffer.from(modulus, "base64url").length >= 256),
    e: z.string(),
    alg: z.literal("RS256").optional(),
    use: z.literal("sig").optional(),
    key_ops: z
      .array(z.string())
      .refine((operations) => operations.includes("verify"))
      .optional(),
    // A private key that was published can have signed anything.
    d: z.undefined().optional(),
  })
  .transform(({ kty, kid, n, e }): JWK => ({ kty, n, e, alg: "RS256", ...(kid && { kid }) }));

/** True for a published key that ID tokens can be checked with. */
export function isUsableKey(key: unknown): boolean {
  return usableKeySchema.safeParse(key).success;
}

/**
 * The usable keys of a key set; others beside them are passed over (RFC 7517 §5).
 * A set without a usable key is no key set, so that known keys stay in place.
 */
export const keySetSchema = z.object({
  keys: z
    .array(z.unknown())
    .max(100)
    .transform((keys) => keys.flatMap((key) => usableKeySchema.safeParse(key).data ?? []))
    .refine((keys) => keys.length > 0),
});
