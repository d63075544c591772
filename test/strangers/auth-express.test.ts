import type { Express } from "express";
import { expect, test } from "vitest";
import { userInfo } from "../local-cognito/support/client.ts";
import { library } from "./support/library.ts";
import { runStranger, type Settings, signIn, signUp } from "./support/stranger.ts";

const authExpress = library("@auth/express", import.meta.url);
const providers = library("@auth/express/providers/cognito", import.meta.url);

interface Tokens {
  access_token: string;
  expires_in: number;
  refresh_token?: string;
}

type Kept = Record<string, unknown>;

/**
 * As its documentation has it, with sign-out and tokens as in its guides. It takes plain http without a switch. The
 * path `/auth/*` of the documentation is Express 4's; with Express 5 the handler is mounted at `/auth`.
 */
async function signInWithAuthExpress(app: Express, settings: Settings, now: () => number) {
  const { ExpressAuth, getSession } = await authExpress.importIt();
  const { default: Cognito } = await providers.importIt();
  const { issuer, domain, clientId, clientSecret, logoutUrl } = settings;

  async function refresh(refreshToken: unknown): Promise<Tokens> {
    const answer = await fetch(`${domain}/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({
        client_id: clientId,
        client_secret: clientSecret,
        grant_type: "refresh_token",
        refresh_token: String(refreshToken),
      }),
    });
    if (!answer.ok) throw new Error("The tokens could not be refreshed.");
    return (await answer.json()) as Tokens;
  }

  const config = {
    secret: "a random string of at least 32 characters",
    trustHost: true,
    providers: [Cognito({ clientId, clientSecret, issuer })],
    callbacks: {
      async jwt({ token, account }: { token: Kept; account?: Tokens & { expires_at?: number } }) {
        if (account) {
          const { access_token, expires_at = 0, refresh_token } = account;
          return { ...token, access_token, expires_at, refresh_token };
        }
        if (now() < Number(token.expires_at) * 1000) return token;
        const { access_token, expires_in, refresh_token } = await refresh(token.refresh_token);
        return {
          ...token,
          access_token,
          expires_at: Math.floor(now() / 1000 + expires_in),
          refresh_token: refresh_token ?? token.refresh_token,
        };
      },
      session: ({ session, token }: { session: object; token: Kept }) => ({
        ...session,
        accessToken: token.access_token,
      }),
    },
  };
  app.use("/auth", ExpressAuth(config));
  app.get("/profile", async (req, res) => {
    const session = await getSession(req, config);
    res.send(`<h1>${session?.user?.email ?? "Nobody"}</h1>`);
  });
  // Its own sign-out ends its own session alone: Cognito's is ended where it sends the browser next.
  app.get("/signed-out-of-the-app", (_req, res) => res.redirect(logoutUrl));
}

test.skipIf(!authExpress.isInstalled)(
  "@auth/express signs in with its Cognito provider, refreshes, and signs out",
  async () => {
    let late = 0;
    const app = await runStranger("/auth/callback/cognito", (routes, settings) =>
      signInWithAuthExpress(routes, settings, () => Date.now() + late),
    );
    const { visitor, appUrl, pool } = app;
    const openSignIn = async () => {
      const page = await visitor.visit(`${appUrl}/auth/signin?callbackUrl=/profile`);
      return await page.submit("Sign in with Cognito");
    };
    const accessToken = async () => {
      const { text } = await visitor.request("GET", `${appUrl}/auth/session`);
      return JSON.parse(text).accessToken;
    };

    expect((await signUp(app, await openSignIn())).heading).toBe("mira@example.org");
    const first = await accessToken();
    expect(await accessToken()).toBe(first);
    late = 61 * 60 * 1000;
    const second = await accessToken();
    expect(second).not.toBe(first);
    expect((await userInfo(pool, second)).body.username).toBe("mira");

    const signOutPage = await visitor.visit(
      `${appUrl}/auth/signout?callbackUrl=/signed-out-of-the-app`,
    );
    expect((await signOutPage.submit("Sign out")).heading).toBe("Signed out");
    expect((await visitor.visit(`${appUrl}/profile`)).heading).toBe("Nobody");
    expect((await signIn(await openSignIn())).heading).toBe("mira@example.org");
  },
);
