/**
 * What AWS does not document and we had to settle; a capture of the real service may change a line here.
 * Everything else in this folder follows documented or reported behaviour. One choice has no switch: a silent
 * sign-in keeps the auth_time of the sign-in that began the hosted session.
 */
export const assumptions = {
  /** Signing in before confirming: "confirm" sends a fresh code and shows its form, "refuse" says "User is not confirmed." */
  unconfirmedSignIn: "confirm" as "confirm" | "refuse",
  /**
   * Asking for a recovery code without a verified address: "refuse" says that it cannot be done, which shows that
   * there is such a user; "pretend" answers as for a name that does not exist. A disabled user gets that answer anyway.
   */
  recoveryWithoutVerifiedAddress: "refuse" as "refuse" | "pretend",
  /** Codes asked for and codes tried, together, for one user: Cognito allows 5 to 20, depending on risk. */
  recoveryTriesPerHour: 20,
  /** Recovering a password, or having it reset, leaves refresh and access tokens alone. */
  tokensOutliveReset: true as boolean,
  /** How long the page that asks for a new password may stay open after a temporary one was typed. */
  newPasswordStepLifetimeMs: 8 * 60 * 1000,
  /** What the error page is told about a client id that is not ours. */
  unknownClientError: "User pool client does not exist.",
  /** A scope the client may not ask for is an error, not silently dropped. */
  scopeErrorCode: "invalid_scope",
  /** An identity provider that the client does not have. */
  unknownProviderErrorCode: "invalid_request",
  /** A wrong or missing code_verifier. */
  pkceFailureErrorCode: "invalid_grant",
  /** A redirect_uri at the token endpoint that is registered nowhere, and one that is registered but was not the one used. */
  tokenRedirectErrorCodes: { unregistered: "unauthorized_client", different: "invalid_grant" },
  /** RFC 6749 would have 401 where Basic was used; Cognito documents 400 at token and 401 at revoke. */
  invalidClientStatus: { token: 400, revoke: 401 },
  /** A refreshed ID token carries at_hash; it never carries the nonce. */
  refreshedIdTokenHasAtHash: true,
  /** userInfo with a token that lacks the openid scope. */
  missingOpenIdScope: { status: 401, error: "invalid_token" },
  /** State and nonce have no documented limit; longer values than this are refused. */
  longestParameter: 4096,
  /** A sign-in page is cancelled after five minutes; how long the other forms may stay open is not documented. */
  otherFormsLifetimeMs: 2 * 24 * 60 * 60 * 1000,
} as const;
