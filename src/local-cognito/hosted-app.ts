import type { RequestListener } from "node:http";
import express, { type Request, type RequestHandler, type Response } from "express";
import { createAssets } from "./assets.ts";
import { authorize } from "./authorize.ts";
import { changePassword, showChangePassword } from "./change-password-page.ts";
import {
  confirmForgotPassword,
  showConfirmForgotPassword,
} from "./confirm-forgot-password-page.ts";
import { confirm, resendCode, showConfirm } from "./confirm-page.ts";
import { jwks, openIdConfiguration } from "./discovery.ts";
import { answerError, answerLeftOver, errorPage, notFound } from "./error-page.ts";
import { forgotPassword, showForgotPassword } from "./forgot-password-page.ts";
import { useHostedViews } from "./hosted-views.ts";
import { rememberLanguage } from "./language-choice.ts";
import { localRoutes } from "./local-routes.ts";
import { logRequests } from "./log-requests.ts";
import { logout } from "./logout.ts";
import { requireLoopbackHost } from "./loopback-host.ts";
import { answerMfa, showMfa } from "./mfa-code-page.ts";
import { setUpMfa, showMfaSetup, showMfaSetupQrCode } from "./mfa-setup-page.ts";
import type { Pool } from "./pool.ts";
import { answerProvider, showProvider } from "./provider-page.ts";
import { idpResponse } from "./provider-sign-in.ts";
import { revoke } from "./revoke.ts";
import { anyOrigin, only, requestId, securityHeaders } from "./security-headers.ts";
import { requireLocalUsers, showSignIn, signIn } from "./sign-in-page.ts";
import { showSignUp, signUp } from "./sign-up-page.ts";
import { token } from "./token.ts";
import { userInfo } from "./user-info.ts";

/** Where the pool is served, and who hears of unexpected errors. */
export interface Site {
  origin: string;
  issuer: string;
  report: (error: unknown) => void;
}

/** Cognito's own pages and its documentation differ in the case of one letter. */
const confirmForgotPasswordPaths = ["/confirmForgotPassword", "/confirmforgotPassword"];

/** Builds the app that is issuer, user pool domain and developer pages in one. */
export function createHostedApp(pool: Pool, { origin, issuer, report }: Site): RequestListener {
  const app = express();
  const assets = createAssets();
  const form = express.urlencoded({ extended: false, limit: "64kb" });
  const headers = [requestId, securityHeaders(pool.client.callbackUrls)];
  const keySet = `/${pool.userPoolId}/.well-known`;
  /** Most pools are started by a test that asks for none of these pages: they would take a tenth of the start. */
  let local: RequestHandler | undefined;

  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  useHostedViews(app);
  app.locals.assetUrl = assets.url;
  app.locals.site = "Local Cognito";

  app.use(headers);
  app.use(logRequests(pool));
  app.use(requireLoopbackHost(origin));
  app.use("/assets", assets.serve);

  app.get(`${keySet}/openid-configuration`, openIdConfiguration(origin, issuer));
  app.get(`${keySet}/jwks.json`, jwks(pool));

  app.use(rememberLanguage);
  app.route("/oauth2/authorize").all(only("GET"), authorize(pool));
  app.route("/oauth2/idpresponse").all(only("GET"), idpResponse(pool));
  app.route("/oauth2/token").all(anyOrigin, only("POST"), form, token(pool, issuer));
  app.route("/oauth2/userInfo").all(anyOrigin, only("GET"), userInfo(pool, issuer));
  app.route("/oauth2/revoke").all(anyOrigin, only("POST"), form, revoke(pool));

  app.get("/login", showSignIn(pool));
  app.use(["/signup", "/forgotPassword"], requireLocalUsers(pool));
  app.post("/login", requireLocalUsers(pool), form, signIn(pool));
  app.get("/signup", showSignUp(pool));
  app.post("/signup", form, signUp(pool));
  app.get("/confirm", showConfirm(pool));
  app.post("/confirm", form, confirm(pool));
  app.route("/resendcode").all(only("POST"), form, resendCode(pool));
  app.get("/forgotPassword", showForgotPassword(pool));
  app.post("/forgotPassword", form, forgotPassword(pool));
  app.get(confirmForgotPasswordPaths, showConfirmForgotPassword(pool));
  app.post(confirmForgotPasswordPaths, form, confirmForgotPassword(pool));
  app.get("/changePassword", showChangePassword(pool));
  app.post("/changePassword", form, changePassword(pool));
  app.get("/mfa", showMfa(pool));
  app.post("/mfa", form, answerMfa(pool));
  app.get("/mfaSetup", showMfaSetup(pool));
  app.get("/mfaSetup/qr-code.svg", showMfaSetupQrCode(pool));
  app.post("/mfaSetup", form, setUpMfa(pool));
  app.get("/_providers/:provider/authorize", showProvider(pool));
  app.post("/_providers/:provider/authorize", form, answerProvider(pool));
  app.route("/logout").all(only("GET"), logout(pool));
  app.get("/error", errorPage);

  app.get("/", (_req, res) => res.redirect(302, "/_local"));
  app.use("/_local", (req, res, next) => {
    local ??= localRoutes(pool, origin, issuer);
    local(req, res, next);
  });

  app.use(notFound);
  app.use(answerError(pool, report));
  return (req, res) =>
    app(req as Request, res as Response, () =>
      answerLeftOver(req as Request, res as Response, headers),
    );
}
