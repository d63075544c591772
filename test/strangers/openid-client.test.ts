import type { Express } from "express";
import session from "express-session";
import { describe, expect, test } from "vitest";
import { runStranger, type Settings, signedOutPath, signIn, signUp } from "./support/stranger.ts";

declare module "express-session" {
  interface SessionData {
    checks?: { pkceCodeVerifier: string; expectedNonce: string; expectedState: string };
    tokens?: { access_token: string; refresh_token?: string; sub: string };
  }
}

const callbackPath = "/callback";

/** As its quick start and examples/oidc.ts have it; `allowInsecureRequests` is its switch for plain http. */
async function signInWithOpenIdClient(app: Express, settings: Settings): Promise<void> {
  const client = await import("openid-client");
  const { appUrl, issuer, clientId, clientSecret } = settings;
  const config = await client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    execute: [client.allowInsecureRequests],
  });
  app.use(session({ secret: "a secret", resave: false, saveUninitialized: false }));

  app.get("/login", async (req, res) => {
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const checks = {
      pkceCodeVerifier,
      expectedNonce: client.randomNonce(),
      expectedState: client.randomState(),
    };
    req.session.checks = checks;
    const address = client.buildAuthorizationUrl(config, {
      redirect_uri: `${appUrl}${callbackPath}`,
      scope: "openid email",
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
      nonce: checks.expectedNonce,
      state: checks.expectedState,
    });
    res.redirect(address.href);
  });

  app.get(callbackPath, async (req, res) => {
    const url = new URL(req.originalUrl, appUrl);
    const tokens = await client.authorizationCodeGrant(config, url, req.session.checks ?? {});
    const { sub } = tokens.claims() ?? { sub: "" };
    const { access_token, refresh_token = "" } = tokens;
    req.session.tokens = { access_token, refresh_token, sub };
    res.redirect("/profile");
  });

  app.get("/profile", async (req, res) => {
    const { access_token = "", sub = "" } = req.session.tokens ?? {};
    const { username, email_verified } = await client.fetchUserInfo(config, access_token, sub);
    res.send(`<h1>${username}, ${typeof email_verified} ${email_verified}</h1>`);
  });

  app.get("/refresh", async (req, res) => {
    const { refresh_token: old = "", sub = "" } = req.session.tokens ?? {};
    const tokens = await client.refreshTokenGrant(config, old);
    const { access_token, refresh_token = old } = tokens;
    req.session.tokens = { access_token, refresh_token, sub };
    res.send(`<h1>${tokens.claims()?.sub === sub ? "Refreshed" : "Somebody else"}</h1>`);
  });

  app.get("/logout", async (req, res) => {
    await client.tokenRevocation(config, req.session.tokens?.refresh_token ?? "");
    const parameters = req.query.standard
      ? { post_logout_redirect_uri: `${appUrl}${signedOutPath}` }
      : { logout_uri: `${appUrl}${signedOutPath}` };
    res.redirect(client.buildEndSessionUrl(config, parameters).href);
  });
}

describe("openid-client 6", () => {
  test("signs in with PKCE, nonce and state, refreshes, revokes and signs out", async () => {
    const app = await runStranger(callbackPath, signInWithOpenIdClient);
    const { visitor, appUrl } = app;

    const profile = await signUp(app, await visitor.visit(`${appUrl}/login`));
    // A string, as Cognito has it at this endpoint alone; OpenID Connect would have a boolean.
    expect(profile.heading).toBe("mira, string true");
    expect((await visitor.visit(`${appUrl}/refresh`)).heading).toBe("Refreshed");
    expect((await visitor.visit(`${appUrl}/profile`)).heading).toBe("mira, string true");

    expect((await visitor.visit(`${appUrl}/logout`)).heading).toBe("Signed out");
    // Revocation has reached the access token, and the hosted session is over.
    expect((await visitor.visit(`${appUrl}/profile`)).status).toBe(500);
    const again = await signIn(await visitor.visit(`${appUrl}/login`));
    expect(again.heading).toBe("mira, string true");
  });

  // Cognito names an end_session_endpoint that knows neither of OpenID Connect's own parameters.
  test("is left on Cognito's error page by the sign-out that the specification has", async () => {
    const app = await runStranger(callbackPath, signInWithOpenIdClient);
    const { visitor, appUrl, domain } = app;
    await signUp(app, await visitor.visit(`${appUrl}/login`));

    const page = await visitor.visit(`${appUrl}/logout?standard=yes`);

    expect(page.status).toBe(400);
    expect(page.url).toContain(`${domain}/error?`);
    expect(page.text).toContain("Required String parameter &#39;redirect_uri&#39; is not present");
  });
});
