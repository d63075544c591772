import session from "express-session";
import { type Client, generators, Issuer, type UserinfoResponse } from "openid-client-5";
import { createSite, pageUser, serve, siteUrl } from "./site.ts";

/**
 * What people pick today, after the sample in the Cognito console: express-session in memory, openid-client 5, state
 * and nonce in the session, and the user's facts from the userinfo endpoint.
 */
declare module "express-session" {
  interface SessionData {
    nonce?: string;
    state?: string;
    userInfo?: UserinfoResponse;
  }
}

const { ISSUER = "", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;
const redirectUri = `${siteUrl}/callback`;

let client: Client;
async function initializeClient() {
  const issuer = await Issuer.discover(ISSUER);
  client = new issuer.Client({
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    redirect_uris: [redirectUri],
    response_types: ["code"],
  });
}
void initializeClient();

const app = createSite();
app.use(session({ secret: "some secret", resave: false, saveUninitialized: false }));

app.get("/login", (req, res) => {
  const nonce = generators.nonce();
  const state = generators.state();
  req.session.nonce = nonce;
  req.session.state = state;
  res.redirect(client.authorizationUrl({ scope: "email openid phone", state, nonce }));
});

app.get("/callback", async (req, res) => {
  const { nonce = "", state = "" } = req.session;
  const params = client.callbackParams(req);
  const tokens = await client.callback(redirectUri, params, { nonce, state });
  req.session.userInfo = await client.userinfo(tokens.access_token ?? "");
  res.redirect("/logged-in");
});

serve(app, (req) => pageUser(req.session.userInfo));
