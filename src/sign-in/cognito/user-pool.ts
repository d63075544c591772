import type { UserPoolSettings } from "../settings/cognito.ts";

/** The addresses of one user pool, derived once from its settings. */
export interface UserPool extends UserPoolSettings {
  authorizationEndpoint: string;
  signUpEndpoint: string;
  tokenEndpoint: string;
  revocationEndpoint: string;
  logoutEndpoint: string;
  discoveryUri: string;
  jwksUri: string;
}

/** Every address that the app ever calls or sends a visitor to; none is taken from a token or a request (CF-6). */
export function describeUserPool(settings: UserPoolSettings): UserPool {
  const { domain, issuer } = settings;
  return {
    ...settings,
    authorizationEndpoint: `${domain}/oauth2/authorize`,
    signUpEndpoint: `${domain}/signup`,
    tokenEndpoint: `${domain}/oauth2/token`,
    revocationEndpoint: `${domain}/oauth2/revoke`,
    logoutEndpoint: `${domain}/logout`,
    discoveryUri: `${issuer}/.well-known/openid-configuration`,
    jwksUri: `${issuer}/.well-known/jwks.json`,
  };
}
