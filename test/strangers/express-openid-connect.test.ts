import type { Express, Request } from "express";
import { expect, test } from "vitest";
import { library } from "./support/library.ts";
import { runStranger, type Settings, signedOutPath, signIn, signUp } from "./support/stranger.ts";

const { isInstalled, load } = library("express-openid-connect", import.meta.url);

/** Where it tells who is there. Its types are not there where it is not installed. */
// biome-ignore lint/suspicious/noExplicitAny: see above.
const oidcOf = (req: Request): any => (req as Request & { oidc: unknown }).oidc;

/**
 * As its README and EXAMPLES.md have it, for routes that need a user, an access token with refresh, and sign-out
 * at the provider. It takes plain http from an http issuer, with no switch.
 */
async function signInWithExpressOpenIdConnect(app: Express, settings: Settings): Promise<void> {
  const { auth, requiresAuth } = load();
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
    const { sub, username } = await oidcOf(req).fetchUserInfo();
    const isSame = sub === oidcOf(req).user?.sub;
    res.send(`<h1>${isSame && username}, ${oidcOf(req).user?.email}</h1>`);
  });

  app.get("/refresh", requiresAuth(), async (req, res) => {
    const old = oidcOf(req).accessToken?.access_token;
    const { access_token } = (await oidcOf(req).accessToken?.refresh()) ?? {};
    res.send(`<h1>${access_token && access_token !== old ? "Refreshed" : "Not refreshed"}</h1>`);
  });
}

test.skipIf(!isInstalled)(
  "express-openid-connect signs in, refreshes, and signs out by Cognito's own parameters",
  async () => {
    const app = await runStranger("/callback", signInWithExpressOpenIdConnect);
    const { visitor, appUrl } = app;

    const profile = await signUp(app, await visitor.visit(`${appUrl}/profile`));
    expect(profile.heading).toBe("mira, mira@example.org");
    expect((await visitor.visit(`${appUrl}/refresh`)).heading).toBe("Refreshed");
    expect((await visitor.visit(`${appUrl}/profile`)).heading).toBe("mira, mira@example.org");

    expect((await visitor.visit(`${appUrl}/logout`)).heading).toBe("Signed out");
    const again = await signIn(await visitor.visit(`${appUrl}/profile`));
    expect(again.heading).toBe("mira, mira@example.org");
  },
);
