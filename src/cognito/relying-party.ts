import type { UserPoolSettings } from "../config.ts";
import {
  authorizationUrl,
  createOneTimeValues,
  type OneTimeValues,
} from "./authorization-request.ts";
import { verifyIdToken } from "./id-token.ts";
import { createProviderHttp } from "./provider-http.ts";
import { createSigningKeys } from "./signing-keys.ts";
import { redeemCode } from "./token-request.ts";
import { revokeRefreshToken } from "./token-revocation.ts";
import { type User, userFromClaims } from "./user.ts";
import { describeUserPool } from "./user-pool.ts";

/** What a finished sign-in is worth: who, how to renew it, and until when (milliseconds) Cognito vouches for it. */
export interface CompletedSignIn {
  user: User;
  refreshToken: string | undefined;
  idTokenExpiresAt: number;
}

export interface RelyingPartyOptions {
  userPool: UserPoolSettings;
  callbackUrl: string;
  signOutUrl: string;
  scopes: string[];
  /** Milliseconds; the clock that tokens are judged by. */
  now: () => number;
  /** Milliseconds for one call to Cognito, all in. */
  deadlineMs?: number;
}

/** A token that the clock tolerance saved would otherwise end at once, and send the visitor in circles (ID-13). */
const shortestSignInMs = 60_000;

export type RelyingParty = ReturnType<typeof createRelyingParty>;

/** Our side of OpenID Connect with one user pool: begin a sign-in, complete it, undo it. */
export function createRelyingParty(options: RelyingPartyOptions) {
  const { callbackUrl, signOutUrl, scopes, now, deadlineMs = 10_000 } = options;
  const userPool = describeUserPool(options.userPool);
  const http = createProviderHttp({ deadlineMs });
  const keys = createSigningKeys(http, userPool, now);

  return {
    issuer: userPool.issuer,
    /** The one other origin that our forms may end at. */
    domain: userPool.domain,

    /** Fresh one-time values, and the address that carries them to the hosted UI. */
    beginSignIn(request: {
      opensOn: "sign-in" | "sign-up";
      identityProvider?: string | undefined;
    }): { oneTimeValues: OneTimeValues; location: string } {
      const oneTimeValues = createOneTimeValues();
      const location = authorizationUrl(userPool, {
        ...oneTimeValues,
        ...request,
        redirectUri: callbackUrl,
        scopes,
      });
      return { oneTimeValues, location };
    },

    /** Redeems the code and verifies what came back; throws AppError and never half a sign-in. */
    async completeSignIn(request: {
      code: string;
      codeVerifier: string;
      nonce: string;
    }): Promise<CompletedSignIn> {
      const { code, codeVerifier, nonce } = request;
      const tokens = await redeemCode(http, userPool, {
        code,
        codeVerifier,
        redirectUri: callbackUrl,
      });
      const { idToken, accessToken, refreshToken } = tokens;
      const claims = await verifyIdToken(idToken, { nonce, accessToken }, { userPool, keys, now });
      return {
        user: userFromClaims(claims),
        refreshToken,
        idTokenExpiresAt: Math.max(claims.exp * 1000, now() + shortestSignInMs),
      };
    },

    /** Revokes the refresh token within three seconds, or throws. */
    revoke: (refreshToken: string) => revokeRefreshToken(http, userPool, refreshToken),

    /** Where Cognito ends its own session; it knows neither `id_token_hint` nor `post_logout_redirect_uri`. */
    signOutLocation(): string {
      const query = new URLSearchParams({ client_id: userPool.clientId, logout_uri: signOutUrl });
      return `${userPool.logoutEndpoint}?${query}`;
    },

    /** Fetches the keys and compares the pool's description with the settings; returns what differs. */
    async warmUp(): Promise<string[]> {
      const { compareWithDiscovery } = await import("./discovery.ts");
      await keys.warmUp();
      return await compareWithDiscovery(http, userPool);
    },

    canVerify: () => keys.areAtHand(),
  };
}
