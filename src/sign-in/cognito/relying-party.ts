import { AppError } from "../errors.ts";
import type { UserPoolSettings } from "../settings/cognito.ts";
import {
  authorizationUrl,
  createOneTimeValues,
  type OneTimeValues,
  type SignInRequest,
} from "./authorization-request.ts";
import { limitCalls } from "./calls/call-limit.ts";
import { type CognitoCall, reportCalls } from "./calls/cognito-calls.ts";
import { createCognitoHttp } from "./calls/cognito-http.ts";
import {
  hashNonce,
  type IdTokenClaims,
  verifyIdToken,
  verifyRefreshedIdToken,
} from "./id-token.ts";
import { createSigningKeys } from "./signing-keys.ts";
import { redeemCode, refreshTokens, type TokenResponse } from "./token-request.ts";
import { revokeRefreshToken, revokeRefreshTokens } from "./token-revocation.ts";
import { type User, userFromClaims } from "./user.ts";
import { describeUserPool } from "./user-pool.ts";

/** What a finished sign-in is worth: who, how to renew it, and until when (milliseconds) Cognito vouches for it. */
export interface CompletedSignIn {
  user: User;
  refreshToken: string | undefined;
  /** What a later ID token of this sign-in may be compared with. */
  nonceHash: string;
  idTokenExpiresAt: number;
  /** When they proved it (`auth_time`, milliseconds), if Cognito says. */
  authenticatedAt: number | undefined;
}

/** For the app's own calls, until then (milliseconds). */
export interface IssuedAccessToken {
  value: string;
  expiresAt: number;
}

/**
 * What became of a renewal. Refused: Cognito refuses it, as for a user who is disabled or signed out everywhere, or the ID
 * token is somebody else's. Unreachable: Cognito cannot be reached, its keys do not fit, or clocks disagree. That says
 * nothing about the user.
 */
export type Renewal =
  | ({ outcome: "renewed"; accessToken: IssuedAccessToken } & Pick<
      CompletedSignIn,
      "user" | "refreshToken" | "idTokenExpiresAt"
    >)
  | {
      outcome: "refused" | "unreachable";
      error: AppError;
      /** The one to go on with: Cognito may have changed it before the rest failed. */
      refreshToken: string;
    };

export interface RelyingPartyOptions {
  userPool: UserPoolSettings;
  callbackUrl: string;
  signOutUrl: string;
  scopes: string[];
  /** Milliseconds; the clock that tokens are judged by. */
  now: () => number;
  /** Milliseconds for one call to Cognito, all in. */
  deadlineMs?: number;
  /** Told of each call to Cognito when it is over. */
  onCall?: ((call: CognitoCall) => void) | undefined;
}

/** More than any number of sign-ins and renewals that Cognito's own quotas let through, and less than a process's files. */
const mostWaiting = 500;

/** Nobody waits longer for a revocation: the visitor is signed out with or without it. */
const longestRevocationMs = 3000;

/** A token that only the clock tolerance saved has expired already: without this the visitor would be sent round in circles (ID-13). */
const shortestSignInMs = 60_000;

export type RelyingParty = ReturnType<typeof createRelyingParty>;

/** Our side of OpenID Connect with one user pool: begin a sign-in, complete it, undo it. */
export function createRelyingParty(options: RelyingPartyOptions) {
  const { callbackUrl, signOutUrl, scopes, now, deadlineMs = 10_000 } = options;
  const userPool = describeUserPool(options.userPool);
  const plainHttp = createCognitoHttp({ deadlineMs });
  const http = options.onCall ? reportCalls(plainHttp, userPool, options.onCall) : plainHttp;
  const tokenHttp = limitCalls(http, mostWaiting);
  const keys = createSigningKeys(http, userPool, now);
  const revocationMs = Math.min(longestRevocationMs, deadlineMs);
  const issued = ({ accessToken, accessTokenLifetime }: TokenResponse): IssuedAccessToken => ({
    value: accessToken,
    expiresAt: now() + accessTokenLifetime * 1000,
  });
  const endOf = ({ exp }: { exp: number }) => Math.max(exp * 1000, now() + shortestSignInMs);

  return {
    issuer: userPool.issuer,
    /** The one other origin that our forms may end at. */
    domain: userPool.domain,

    /** Fresh one-time values, and the address that carries them to the hosted UI. */
    beginSignIn(request: SignInRequest): { oneTimeValues: OneTimeValues; location: string } {
      const oneTimeValues = createOneTimeValues();
      const location = authorizationUrl(userPool, {
        ...oneTimeValues,
        ...request,
        redirectUri: callbackUrl,
        scopes,
      });
      return { oneTimeValues, location };
    },

    /** The address of a sign-in that was begun before, and has not been to Cognito yet. */
    resumeSignIn: (oneTimeValues: OneTimeValues, request: SignInRequest): string =>
      authorizationUrl(userPool, {
        ...oneTimeValues,
        ...request,
        redirectUri: callbackUrl,
        scopes,
      }),

    /**
     * Redeems the code and verifies what came back; throws AppError and never half a sign-in. A refresh token that came
     * with what is refused is handed to `discard`.
     */
    async completeSignIn(request: {
      code: string;
      codeVerifier: string;
      nonce: string;
      discard: (refreshToken: string | undefined) => void;
    }): Promise<{ completed: CompletedSignIn; accessToken: IssuedAccessToken }> {
      const { code, codeVerifier, nonce, discard } = request;
      const tokens = await redeemCode(tokenHttp, userPool, {
        code,
        codeVerifier,
        redirectUri: callbackUrl,
      });
      const { idToken, accessToken, refreshToken } = tokens;
      try {
        const verifier = { userPool, keys, now };
        const claims = await verifyIdToken(idToken, { nonce, accessToken }, verifier);
        const completed = {
          user: userFromClaims(claims),
          refreshToken,
          nonceHash: hashNonce(nonce),
          idTokenExpiresAt: endOf(claims),
          authenticatedAt: authTimeOf(claims),
        };
        return { completed, accessToken: issued(tokens) };
      } catch (error) {
        discard(refreshToken);
        throw error;
      }
    },

    /** Asks for new tokens with the refresh token and verifies them; keeps the old one where no new one comes. */
    async renewSignIn(request: {
      refreshToken: string;
      sub: string;
      nonceHash: string;
    }): Promise<Renewal> {
      let { refreshToken } = request;
      try {
        // Before the token is spent: an answer that could not be verified would be lost.
        await keys.warmUp();
        const tokens = await refreshTokens(tokenHttp, userPool, refreshToken);
        refreshToken = tokens.refreshToken ?? refreshToken;
        const expected = { ...request, accessToken: tokens.accessToken };
        const verifier = { userPool, keys, now };
        const claims = await verifyRefreshedIdToken(tokens.idToken, expected, verifier);
        const user = userFromClaims(claims);
        const accessToken = issued(tokens);
        const idTokenExpiresAt = endOf(claims);
        return { outcome: "renewed", user, refreshToken, idTokenExpiresAt, accessToken };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { outcome: isFinal(error) ? "refused" : "unreachable", error, refreshToken };
      }
    },

    /** Revokes the refresh token within three seconds, or throws. */
    revoke: (refreshToken: string) =>
      revokeRefreshToken(http, userPool, refreshToken, revocationMs),

    /** Revokes several refresh tokens within three seconds in all, and tells what became of each. */
    revokeAll: (refreshTokens: string[]) =>
      revokeRefreshTokens(http, userPool, refreshTokens, revocationMs),

    /** Where Cognito ends its own session; it knows neither `id_token_hint` nor `post_logout_redirect_uri`. */
    signOutLocation(): string {
      const query = new URLSearchParams({ client_id: userPool.clientId, logout_uri: signOutUrl });
      return `${userPool.logoutEndpoint}?${query}`;
    },

    /** Fetches the keys ahead of the first sign-in, and returns how the pool's description differs from the settings. */
    async warmUp(): Promise<string[]> {
      const { compareWithDiscovery } = await import("./discovery.ts");
      const compared = compareWithDiscovery(http, userPool);
      const [differences] = await Promise.all([compared, keys.warmUp()]);
      return differences;
    },

    canVerify: () => keys.areUsable(),

    /** One operation of the pool's JSON API; what it answers is not judged yet. */
    callUserPool: (operation: string, input: object) =>
      tokenHttp.postOperation(userPool.apiEndpoint, operation, input),
  };
}

function authTimeOf({ auth_time }: IdTokenClaims): number | undefined {
  return typeof auth_time === "number" && Number.isFinite(auth_time) ? auth_time * 1000 : undefined;
}

/** The published keys or a clock are at fault, and not what the token says of the person. */
const passingReasons = [
  "ERR_JWKS_NO_MATCHING_KEY",
  "ERR_JWKS_MULTIPLE_MATCHING_KEYS",
  "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
  "iat",
  "exp",
  "nbf",
];

/** `invalid_grant` is about this token, and a token for somebody else is no renewal; anything else may pass. */
function isFinal({ code, status, reason = "" }: AppError): boolean {
  if (code === "id_token_invalid") return !passingReasons.includes(reason);
  return code === "token_request_refused" && status === 400;
}
