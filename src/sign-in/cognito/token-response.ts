import { z } from "zod";

/** A token response as RFC 6749 §5.1 and OpenID Connect Core §3.1.3.3 want it; an `error` beside tokens makes it none. */
export const tokenResponseSchema = z.object({
  id_token: z.string().min(1),
  access_token: z.string().min(1),
  /** Seconds; where it is missing or no number, the shortest life that Cognito gives an access token. */
  expires_in: z.number().positive().catch(300),
  token_type: z.string().regex(/^bearer$/i),
  refresh_token: z.string().min(1).max(16_384).optional(),
  error: z.undefined().optional(),
});
