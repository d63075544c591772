// An app that signs people in with better-auth's Cognito provider, as its documentation has it for Express.
import { betterAuth } from "better-auth";
import { fromNodeHeaders, toNodeHandler } from "better-auth/node";
import express from "express";

const { PORT, COGNITO_CLIENT_ID, COGNITO_CLIENT_SECRET, COGNITO_DOMAIN, COGNITO_USERPOOL_ID } =
  process.env;
const baseURL = `http://localhost:${PORT}`;

const auth = betterAuth({
  baseURL,
  secret: "a random string of at least 32 characters",
  telemetry: { enabled: false },
  socialProviders: {
    cognito: {
      clientId: COGNITO_CLIENT_ID,
      clientSecret: COGNITO_CLIENT_SECRET,
      domain: COGNITO_DOMAIN,
      region: "eu-west-1",
      userPoolId: COGNITO_USERPOOL_ID,
    },
  },
});

const app = express();
app.all("/api/auth/*splat", toNodeHandler(auth));
app.get("/profile", async (req, res) => {
  const session = await auth.api.getSession({ headers: fromNodeHeaders(req.headers) });
  res.send(`<h1>${session?.user.email ?? "Nobody"}</h1>`);
});
app.listen(Number(PORT), "127.0.0.1", () => process.stdout.write("Listening\n"));
