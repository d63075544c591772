import type { RequestListener } from "node:http";
import express, { type Request, type RequestHandler, type Response } from "express";
import { apiDoor, isApiCall } from "./api/door.ts";
import { useHostedCookies } from "./browser/cookies.ts";
import { localRoutes } from "./console/routes.ts";
import { createAssets } from "./hosted-ui/assets.ts";
import { changePassword, showChangePassword } from "./hosted-ui/change-password-page.ts";
import {
  chooseForgottenPassword,
  showConfirmForgotPassword,
} from "./hosted-ui/confirm-forgot-password-page.ts";
import { confirm, resendCode, showConfirm } from "./hosted-ui/confirm-page.ts";
import { confirmUser } from "./hosted-ui/confirm-user-page.ts";
import { answerError, answerLeftOver, errorPage, notFound } from "./hosted-ui/error-page.ts";
import {
  askForCode,
  requireRecovery,
  showForgotPassword,
} from "./hosted-ui/forgot-password-page.ts";
import { formByWidth } from "./hosted-ui/form-by-width.ts";
import { useHostedViews } from "./hosted-ui/hosted-views.ts";
import { rememberLanguage } from "./hosted-ui/language-choice.ts";
import { answerMfa, showMfa } from "./hosted-ui/mfa-code-page.ts";
import { setUpMfa, showMfaSetup, showMfaSetupQrCode } from "./hosted-ui/mfa-setup-page.ts";
import { OwnStyles } from "./hosted-ui/own-style.ts";
import { requireLocalUsers, showSignIn, signIn } from "./hosted-ui/sign-in-page.ts";
import { register, showSignUp } from "./hosted-ui/sign-up-page.ts";
import { answerProvider, showProvider } from "./identity-providers/provider-page.ts";
import { idpResponse } from "./identity-providers/provider-sign-in.ts";
import { logRequests } from "./log-requests.ts";
import { requireLoopbackHost } from "./loopback-host.ts";
import { authorize } from "./oauth/authorize.ts";
import { jwks, openIdConfiguration } from "./oauth/discovery.ts";
import { logout } from "./oauth/logout.ts";
import { revoke } from "./oauth/revoke.ts";
import { token } from "./oauth/token.ts";
import { userInfo } from "./oauth/user-info.ts";
import type { Pool } from "./pool.ts";
import { anyOrigin, only, requestId, securityHeaders } from "./security-headers.ts";
import type { Site } from "./site.ts";

/** Cognito's own pages and its documentation differ in the case of one letter. */
const confirmForgotPasswordPaths = ["/confirmForgotPassword", "/confirmforgotPassword"];

/** Builds the app that is issuer, user pool domain and developer pages in one. */
export function createHostedApp(opened: Pool, site: Site): RequestListener {
  const { origin, issuer, report } = site;
  const pool = { ...opened, issuer };
  const api = apiDoor(pool, site);
  const app = express();
  const assets = createAssets();
  const form = express.urlencoded({ extended: false, limit: "64kb" });
  const headers = [requestId, securityHeaders(pool.clients)];
  const keySet = `/${pool.userPoolId}/.well-known`;
  /** Most pools are started by a test that asks for none of these pages: they would take a tenth of the start. */
  let local: RequestHandler | undefined;

  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  const ownStyles = new OwnStyles(pool);
  useHostedViews(app, pool.settings, ownStyles);
  useHostedCookies(app, origin);
  app.locals.assetUrl = assets.url;
  app.locals.site = "Local Cognito";
  app.locals.styles = ["site.css", "hosted-ui.css"];
  app.locals.formByWidth = formByWidth;
  app.locals.origin = origin;

  app.use(headers);
  app.use(logRequests(pool));
  app.use(requireLoopbackHost(origin));
  app.use("/assets", assets.serve);

  app.use(keySet, anyOrigin("GET"));
  app.get(`${keySet}/openid-configuration`, openIdConfiguration(origin, issuer));
  app.get(`${keySet}/jwks.json`, jwks(pool));

  app.use(rememberLanguage);
  app.route("/oauth2/authorize").all(only("GET"), authorize(pool, origin));
  app.route("/oauth2/idpresponse").all(only("GET"), idpResponse(pool));
  app.route("/oauth2/token").all(anyOrigin("POST"), only("POST"), form, token(pool));
  app.route("/oauth2/userInfo").all(anyOrigin("GET"), only("GET"), userInfo(pool));
  app.route("/oauth2/revoke").all(anyOrigin("POST"), only("POST"), form, revoke(pool));

  app.get("/custom.css", ownStyles.serve);
  app.get("/login", showSignIn(pool));
  app.use(["/signup", "/forgotPassword"], requireLocalUsers(pool));
  app.post("/login", requireLocalUsers(pool), form, signIn(pool));
  app.get("/signup", showSignUp(pool));
  app.post("/signup", form, register(pool));
  app.get("/confirm", showConfirm(pool));
  app.post("/confirm", form, confirm(pool));
  app.route("/confirmUser").all(only("GET"), confirmUser(pool));
  app.route("/resendcode").all(only("POST"), form, resendCode(pool));
  app.use(["/forgotPassword", ...confirmForgotPasswordPaths], requireRecovery(pool));
  app.get("/forgotPassword", showForgotPassword(pool));
  app.post("/forgotPassword", form, askForCode(pool));
  app.get(confirmForgotPasswordPaths, showConfirmForgotPassword(pool));
  app.post(confirmForgotPasswordPaths, form, chooseForgottenPassword(pool));
  app.get("/changePassword", showChangePassword(pool));
  app.post("/changePassword", form, changePassword(pool));
  app.get("/mfa", showMfa(pool));
  app.post("/mfa", form, answerMfa(pool));
  app.get("/mfaSetup", showMfaSetup(pool));
  app.get("/mfaSetup/qr-code.svg", showMfaSetupQrCode(pool));
  app.post("/mfaSetup", form, setUpMfa(pool));
  app.get("/_providers/:provider/authorize", showProvider(pool));
  app.post("/_providers/:provider/authorize", form, answerProvider(pool));
  app.route("/logout").all(only("GET"), logout(pool, origin));
  app.get("/error", errorPage);

  app.get("/", (_req, res) => res.redirect(302, "/_local"));
  app.use("/_local", (req, res, next) => {
    local ??= localRoutes(pool, origin, issuer);
    local(req, res, next);
  });

  app.use(notFound);
  app.use(answerError(pool, report));
  return (req, res) => {
    if (isApiCall(req)) api(req, res);
    else
      app(req as Request, res as Response, () =>
        answerLeftOver(req as Request, res as Response, headers),
      );
  };
}
