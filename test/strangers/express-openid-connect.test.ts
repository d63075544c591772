import type { Express } from "express";
import { expect, test } from "vitest";
import { runStranger, type Settings, signedOutPath, signIn, signUp } from "./support/stranger.ts";

/**
 * As its README and EXAMPLES.md have it, for routes that need a user, an access token with refresh, and sign-out
 * at the provider. It takes plain http from an http issuer, with no switch.
 */
async function signInWithExpressOpenIdConnect(app: Express, settings: Settings): Promise<void> {
  const { auth, requiresAuth } = (await import("express-openid-connect")).default;
  const { appUrl, issuer, clientId, clientSecret } = settings;
  app.use(
    auth({
      issuerBaseURL: issuer,
      baseURL: appUrl,
      clientID: clientId,
      clientSecret,
      secret: "a long random string that seals its cookies",
      authRequired: false,
      authorizationParams: { response_type: "code", scope: "openid email" },
      idpLogout: true,
      // Cognito's /logout looks at these two, and at none of those that the library adds.
      logoutParams: { client_id: clientId, logout_uri: `${appUrl}${signedOutPath}` },
    }),
  );

  app.get("/profile", requiresAuth(), async (req, res) => {
    const { sub, username } = await req.oidc.fetchUserInfo();
    const isSame = sub === req.oidc.user?.sub;
    res.send(`<h1>${isSame && username}, ${req.oidc.user?.email}</h1>`);
  });

  app.get("/refresh", requiresAuth(), async (req, res) => {
    const old = req.oidc.accessToken?.access_token;
    const { access_token } = (await req.oidc.accessToken?.refresh()) ?? {};
    res.send(`<h1>${access_token && access_token !== old ? "Refreshed" : "Not refreshed"}</h1>`);
  });
}

test("express-openid-connect signs in, refreshes, and signs out by Cognito's own parameters", async () => {
  const app = await runStranger("/callback", signInWithExpressOpenIdConnect);
  const { visitor, appUrl } = app;

  const profile = await signUp(app, await visitor.visit(`${appUrl}/profile`));
  expect(profile.heading).toBe("mira, mira@example.org");
  expect((await visitor.visit(`${appUrl}/refresh`)).heading).toBe("Refreshed");
  expect((await visitor.visit(`${appUrl}/profile`)).heading).toBe("mira, mira@example.org");

  expect((await visitor.visit(`${appUrl}/logout`)).heading).toBe("Signed out");
  const again = await signIn(await visitor.visit(`${appUrl}/profile`));
  expect(again.heading).toBe("mira, mira@example.org");
});
