import { describe, expect, test } from "vitest";
import { client, credentialsOf, withClients } from "../local-cognito/support/clients.ts";
import { CALLBACK, register, startPool } from "../local-cognito/support/pool.ts";
import { noteSecret } from "../support/canary.ts";
import { library } from "./support/library.ts";

const { isInstalled, load } = library("oauth4webapi", import.meta.url);
const scopes = ["orders/read"];

/** A page without a secret, and a program with one. */
function startShop() {
  const page = client("page", { hasSecret: false, callbackUrls: [CALLBACK] });
  const jobs = client("jobs", { grants: ["client_credentials"], callbackUrls: [], scopes });
  return startPool({ settings: withClients(page, jobs), now: Date.now });
}

/** What its examples begin with; the switch is its own, for plain http. */
async function discover(oauth: ReturnType<typeof load>, issuerUrl: string) {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(issuerUrl);
  const response = await oauth.discoveryRequest(issuer, { algorithm: "oidc", ...insecure });
  return { as: await oauth.processDiscoveryResponse(issuer, response), insecure };
}

describe.skipIf(!isInstalled)("oauth4webapi", () => {
  test("signs in as a public client with PKCE, reads userInfo, refreshes and revokes", async () => {
    const oauth = load();
    const pool = await startShop();
    const { as, insecure } = await discover(oauth, pool.issuer);
    const client = { client_id: pool.clientId };
    const none = oauth.None();
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const expectedNonce = oauth.generateRandomNonce();
    const asking = {
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce: expectedNonce,
    };

    const back = new URL((await register(pool, undefined, {}, asking)).location);
    const parameters = oauth.validateAuthResponse(as, client, back, state);
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      none,
      parameters,
      CALLBACK,
      verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
      expectedNonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(as, response, insecure);
    const { sub } = oauth.getValidatedIdTokenClaims(tokens);
    const asked = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
    const user = await oauth.processUserInfoResponse(as, client, sub, asked);
    expect(user).toMatchObject({ username: "mira", email: "mira@example.org" });

    const again = await oauth.refreshTokenGrantRequest(
      as,
      client,
      none,
      tokens.refresh_token,
      insecure,
    );
    const refreshed = await oauth.processRefreshTokenResponse(as, client, again);
    noteSecret("the access token", refreshed.access_token);
    expect(refreshed.access_token).not.toBe(tokens.access_token);
    const revoked = await oauth.revocationRequest(as, client, none, tokens.refresh_token, insecure);
    await oauth.processRevocationResponse(revoked);
    const ended = await oauth.refreshTokenGrantRequest(
      as,
      client,
      none,
      tokens.refresh_token,
      insecure,
    );
    await expect(oauth.processRefreshTokenResponse(as, client, ended)).rejects.toMatchObject({
      error: "invalid_grant",
      status: 400,
    });
  });

  test("gets a program a token of its own by client_credentials", async () => {
    const oauth = load();
    const pool = await startShop();
    const { as, insecure } = await discover(oauth, pool.issuer);
    const { clientId, clientSecret } = credentialsOf(pool, "jobs");
    const client = { client_id: clientId };
    const ask = async (scope: string) => {
      const secret = oauth.ClientSecretPost(clientSecret);
      const response = await oauth.clientCredentialsGrantRequest(
        as,
        client,
        secret,
        new URLSearchParams({ scope }),
        insecure,
      );
      return await oauth.processClientCredentialsResponse(as, client, response);
    };

    expect(await ask("orders/read")).toMatchObject({ token_type: "bearer", expires_in: 3600 });
    await expect(ask("orders/write")).rejects.toMatchObject({ error: "invalid_scope" });
  });
});
