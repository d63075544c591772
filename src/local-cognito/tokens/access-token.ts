import { z } from "zod";

/** What the pool's own access tokens say of a user; those of a machine are without a name. */
export const accessTokenShape = z.object({
  iss: z.string(),
  client_id: z.string(),
  token_use: z.literal("access"),
  /** Seconds. */
  exp: z.number(),
  /** Missing where the client has revocation switched off. */
  origin_jti: z.string().optional(),
  scope: z.string(),
  sub: z.string(),
  username: z.string(),
});

export type AccessToken = z.infer<typeof accessTokenShape>;
