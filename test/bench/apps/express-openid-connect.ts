import openIdConnect from "express-openid-connect";
import session from "express-session";
import { createSite, pageUser, serve, siteUrl } from "./site.ts";

/** As its README has it, with the sessions in memory that its `store` takes: its cookies would hold every token. */
const { ISSUER = "", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;

const app = createSite();
app.use(
  openIdConnect.auth({
    issuerBaseURL: ISSUER,
    baseURL: siteUrl,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    secret: "a long random string that seals its cookies",
    authRequired: false,
    authorizationParams: { response_type: "code", scope: "openid email phone" },
    routes: { login: false },
    session: { store: new session.MemoryStore() as never },
  }),
);
app.get("/login", (_req, res) => res.oidc.login({ returnTo: "/logged-in" }));

serve(app, (req) => pageUser(req.oidc.user));
