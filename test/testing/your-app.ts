import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import session from "express-session";
import * as client from "openid-client";

declare module "express-session" {
  interface SessionData {
    visitor?: { email: string; groups: string[] };
    codeVerifier?: string;
  }
}

/** Stands for the app of whoever reads the README: it signs people in, and shows editors their drafts. */
export async function startYourApp(environment: Record<string, string>) {
  const { COGNITO_ISSUER = "", CLIENT_ID = "", CLIENT_SECRET = "" } = environment;
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const cognito = await client.discovery(
    new URL(COGNITO_ISSUER),
    CLIENT_ID,
    CLIENT_SECRET,
    undefined,
    { execute: [client.allowInsecureRequests] },
  );
  const app = express();
  app.use(session({ secret: "a secret", resave: false, saveUninitialized: false }));

  app.get("/login", async (req, res) => {
    const codeVerifier = client.randomPKCECodeVerifier();
    req.session.codeVerifier = codeVerifier;
    const address = client.buildAuthorizationUrl(cognito, {
      redirect_uri: `${url}/callback`,
      scope: "openid email",
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: "S256",
    });
    res.redirect(address.href);
  });

  app.get("/callback", async (req, res) => {
    try {
      const tokens = await client.authorizationCodeGrant(cognito, new URL(req.originalUrl, url), {
        pkceCodeVerifier: req.session.codeVerifier ?? "",
      });
      const claims = tokens.claims();
      req.session.visitor = {
        email: String(claims?.email),
        groups: (claims?.["cognito:groups"] ?? []) as string[],
      };
      res.redirect("/drafts");
    } catch {
      res.status(502).send("You are not signed in.");
    }
  });

  app.get("/drafts", (req, res) => {
    const { email, groups = [] } = req.session.visitor ?? {};
    if (groups.includes("editors")) res.send(`Drafts of ${email}`);
    else res.status(403).send("For editors only.");
  });

  server.on("request", app);
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, close };
}
