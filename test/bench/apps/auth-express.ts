import { Auth, skipCSRFCheck } from "@auth/core";
import { ExpressAuth, type ExpressAuthConfig, getSession } from "@auth/express";
import Cognito from "@auth/express/providers/cognito";
import { createSite, type PageUser, pageUser, serve, siteUrl } from "./site.ts";

/** As its documentation has it: sealed cookies and no store. A link begins the sign-in, as its `signIn` for servers does. */
const { ISSUER = "", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;

const config: ExpressAuthConfig = {
  secret: "a random string of at least 32 characters",
  trustHost: true,
  providers: [
    Cognito({
      issuer: ISSUER,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      checks: ["pkce", "state", "nonce"],
    }),
  ],
  callbacks: {
    jwt: ({ token, profile }) => (profile ? { ...token, shown: pageUser({ ...profile }) } : token),
    session: ({ session, token }) => ({ ...session, shown: token.shown }),
  },
};

const app = createSite();
app.use("/auth", ExpressAuth(config));
app.get("/login", async (req, res) => {
  const begin = new Request(`${siteUrl}/auth/signin/cognito`, {
    method: "POST",
    headers: {
      cookie: req.headers.cookie ?? "",
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ callbackUrl: "/logged-in" }),
  });
  const { headers } = await Auth(begin, { ...config, basePath: "/auth", skipCSRFCheck });
  res.append("Set-Cookie", headers.getSetCookie());
  res.redirect(headers.get("location") ?? "/");
});

app.use(async (req, res, next) => {
  res.locals.session = await getSession(req, config);
  next();
});
serve(app, (_req, res) => (res.locals.session as { shown?: PageUser } | null)?.shown);
