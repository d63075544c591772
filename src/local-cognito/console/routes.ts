import express, { Router } from "express";
import {
  adminConfirmSignUp,
  adminDisableUser,
  adminEnableUser,
  globalSignOut,
} from "../accounts/admin-actions.ts";
import { adminRemoveAuthenticatorApp } from "../accounts/authenticator-app.ts";
import { adminRemoveUserFromGroup } from "../accounts/groups.ts";
import { adminResetUserPassword } from "../accounts/password-recovery.ts";
import {
  setUpAuthenticatorApp,
  showAuthenticatorApp,
  showAuthenticatorAppQrCode,
} from "./authenticator-app.ts";
import type { Console } from "./console.ts";
import { requireOwnPage, showInbox, showRequests } from "./inbox-and-requests.ts";
import { rotateKeys, showOverview } from "./overview.ts";
import { act, addToGroup, deleteUser, resendInvitationTo, showUser } from "./user.ts";
import { createUser, showUsers } from "./users.ts";
import { offerWayBack } from "./way-back.ts";

/** The pages for the developer, under `/_local`; each is JSON for whoever accepts that alone. */
export function localRoutes(pool: Console, origin: string, issuer: string): Router {
  const routes = Router({ caseSensitive: true });
  const user = "/users/:username";

  routes.use(requireOwnPage(origin));
  routes.use(offerWayBack(pool));
  routes.use(express.urlencoded({ extended: false, limit: "64kb" }));

  routes.get("/", showOverview(pool, issuer));
  routes.post("/keys/rotate", rotateKeys(pool));
  routes.get("/inbox", showInbox(pool));
  routes.get("/requests", showRequests(pool));
  routes.get("/users", showUsers(pool));
  routes.post("/users", createUser(pool));
  routes.get(user, showUser(pool));
  routes.post(`${user}/confirm`, act(pool, adminConfirmSignUp));
  routes.post(`${user}/disable`, act(pool, adminDisableUser));
  routes.post(`${user}/enable`, act(pool, adminEnableUser));
  routes.post(`${user}/reset-password`, act(pool, adminResetUserPassword));
  routes.post(`${user}/resend-invitation`, act(pool, resendInvitationTo));
  routes.post(`${user}/sign-out`, act(pool, globalSignOut));
  routes.post(`${user}/add-to-group`, act(pool, addToGroup));
  routes.post(
    `${user}/remove-from-group`,
    act(pool, (accounts, user, { group = "" }) => adminRemoveUserFromGroup(accounts, user, group)),
  );
  routes.get(`${user}/authenticator-app`, showAuthenticatorApp(pool));
  routes.get(`${user}/authenticator-app.svg`, showAuthenticatorAppQrCode(pool));
  routes.post(`${user}/set-up-authenticator-app`, setUpAuthenticatorApp(pool));
  routes.post(`${user}/remove-authenticator-app`, act(pool, adminRemoveAuthenticatorApp));
  routes.post(`${user}/delete`, deleteUser(pool));
  return routes;
}
