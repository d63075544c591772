/**
 * What AWS does not document and we had to settle; a capture of the real service may change a line here.
 * Everything else in this folder follows documented or reported behaviour. Three choices have no switch: a silent
 * sign-in keeps the auth_time of the sign-in that began the hosted session; max_age and acr_values change nothing;
 * token responses are not to be stored.
 * `npm run contract` asks a real pool about those that can be seen with nobody signed in.
 */
export const assumptions = {
  /** Signing in before confirming: "confirm" sends a fresh code and shows its form, "refuse" says "User is not confirmed." */
  unconfirmedSignIn: "confirm" as "confirm" | "refuse",
  /**
   * Asking for a recovery code without a verified e-mail address. "refuse" says that it cannot be done, which shows that
   * there is such a user. "pretend" answers as for a name that does not exist. A disabled user gets that answer anyway.
   */
  recoveryWithoutVerifiedAddress: "refuse" as "refuse" | "pretend",
  /** Sign-up asks for required attributes; whether it offers custom ones, which nobody has to fill in, is not documented. */
  signUpAsksForCustomAttributes: true as boolean,
  /** Codes asked for and codes tried, together, for one user: Cognito allows 5 to 20, depending on risk. */
  recoveryTriesPerHour: 20,
  /** Wrong passwords in ChangePassword: the quota has 5, as for changes altogether. */
  passwordChangesPerHour: 5,
  /** Recovering a password, or having it reset, leaves refresh and access tokens alone. */
  tokensOutliveReset: true as boolean,
  /** How long the page that asks for a new password may stay open after a temporary one was typed. */
  newPasswordStepLifetimeMs: 8 * 60 * 1000,
  /** Discovery names /oauth2/revoke; no capture shows it. */
  discoveryNamesRevocation: true as boolean,
  /** Discovery says that PKCE is understood (code_challenge_methods_supported); captures do not. */
  discoveryNamesPkce: false as boolean,
  /** For how long discovery and the key set may be kept. */
  keySetCacheControl: "public, max-age=300",
  /** Another method than an endpoint's; only that of the token endpoint has been seen. */
  otherMethodStatus: 405,
  /** How long a browser may remember the answer to a preflight; seen at the API alone. */
  preflightSeconds: 172_800,
  /** The state comes back with every error; documented for login_required alone. */
  errorsCarryState: true as boolean,
  /** A sign-out URL that is not registered. */
  unregisteredSignOutError: "redirect_mismatch",
  /** response_type=token from a client that may not use the implicit grant. */
  implicitGrantErrorCode: "unauthorized_client",
  /** response_type=code from a client that may not use the code grant. */
  codeGrantErrorCode: "unauthorized_client",
  /** The samples of AWS have it in lower case, and clients take either. */
  implicitTokenType: "Bearer",
  /** client_credentials from a client that may not use it. */
  clientCredentialsErrorCode: "unsupported_grant_type",
  /** A scope in client_credentials that is not one of the client's custom ones. */
  clientCredentialsScopeErrorCode: "invalid_scope",
  /** userInfo's refusals repeat in JSON what is in WWW-Authenticate. */
  userInfoRefusalHasBody: true as boolean,
  /** What the error page is told about a client id that is not ours. */
  unknownClientError: "User pool client does not exist.",
  /** A scope the client may not ask for; public captures agree, and AWS documents invalid_scope. */
  scopeError: { error: "invalid_request", description: "invalid_scope" },
  /** What the app is told where a provider fails or its consent page is left: documented for failures alone. */
  providerFailureErrorCode: "invalid_request",
  /** What the token endpoint answers where PreTokenGeneration fails. */
  triggerFailureErrorCode: "invalid_request",
  /** A resource that no access token can be for. */
  resourceErrorCode: "invalid_request",
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
  /** In tokens and userInfo, `address` is `{ formatted }`, as OpenID Connect has it. */
  addressClaimIsObject: true as boolean,
  /** userInfo with a token that lacks the openid scope. */
  missingOpenIdScope: { status: 401, error: "invalid_token" },
  /** Whether a visitor who has chosen no language gets the browser's (Accept-Language), or English; `lang` and its cookie are documented. */
  asksBrowserForLanguage: false as boolean,
  /** How long a chosen language is remembered. */
  languageCookieLifetimeMs: 365 * 24 * 60 * 60 * 1000,
  /** Where a client shows who exists, the API says "User is not confirmed." before it looks at the password. */
  apiTellsUnconfirmedFirst: true as boolean,
  /** How far TIMESTAMP of an SRP proof may be from the time between challenge and answer: clocks in containers go wrong. */
  srpTimestampToleranceMs: 5 * 60 * 1000,
  /** What a client without a secret is told that sends SECRET_HASH: that it is wrong, or nothing. */
  needlessSecretHashIsRefused: true as boolean,
  /** REFRESH_TOKEN_AUTH from a client that rotates its refresh tokens: documented as impossible, not with which words. */
  rotatingClientRefreshesInOneWayOnly: true as boolean,
  /** State and nonce have no documented limit; longer values than this are refused. */
  longestParameter: 4096,
  /** A sign-in page is cancelled after five minutes; how long the other forms may stay open is not documented. */
  otherFormsLifetimeMs: 2 * 24 * 60 * 60 * 1000,
} as const;
