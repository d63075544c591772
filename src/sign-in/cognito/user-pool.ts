import type { UserPoolSettings } from "../settings/cognito.ts";

/** The addresses of one user pool, derived once from its settings. */
export interface UserPool extends UserPoolSettings {
  authorizationEndpoint: string;
  signUpEndpoint: string;
  /** Managed login's page for passkeys. */
  passkeysEndpoint: string;
  tokenEndpoint: string;
  revocationEndpoint: string;
  logoutEndpoint: string;
  discoveryUri: string;
  jwksUri: string;
  /** Where the user pool's own JSON API is: the issuer's host. */
  apiEndpoint: string;
}

/** Every address that the app ever calls or sends a visitor to; none is taken from a token or a request (CF-6). */
export function describeUserPool(settings: UserPoolSettings): UserPool {
  const { domain, issuer } = settings;
  return {
    ...settings,
    authorizationEndpoint: `${domain}/oauth2/authorize`,
    signUpEndpoint: `${domain}/signup`,
    passkeysEndpoint: `${domain}/passkeys/add`,
    tokenEndpoint: `${domain}/oauth2/token`,
    revocationEndpoint: `${domain}/oauth2/revoke`,
    logoutEndpoint: `${domain}/logout`,
    discoveryUri: `${issuer}/.well-known/openid-configuration`,
    jwksUri: `${issuer}/.well-known/jwks.json`,
    // A pool of several regions has an issuer's host of its own, and the API under the usual name.
    apiEndpoint: `${new URL(issuer).origin.replace("//issuer-cognito-idp.", "//cognito-idp.")}/`,
  };
}
