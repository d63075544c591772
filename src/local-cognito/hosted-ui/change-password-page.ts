import type { Request, RequestHandler, Response } from "express";
import { missingAttributes, newPassword } from "../accounts/new-password.ts";
import { assumptions } from "../assumptions.ts";
import { queryOf, readForm } from "../browser/forms.ts";
import type { Message } from "../messages.ts";
import { readAuthorizationRequest } from "../oauth/authorization-request.ts";
import { nameShown } from "../users/identifier.ts";
import { passwordHint } from "../users/password-policy.ts";
import type { User } from "../users/user.ts";
import { attributesIn } from "../users/user-attributes.ts";
import { attempt } from "./attempt.ts";
import { attributeFields } from "./attribute-fields.ts";
import type { HostedUi } from "./hosted-ui.ts";
import { afterFirstFactor } from "./second-factor.ts";
import { leadBackToSignIn } from "./sign-in-page.ts";

/** GET /changePassword: asks for a password in place of the temporary one, and for required attributes that are missing. */
export function showChangePassword(pool: HostedUi): RequestHandler {
  return (req, res) => {
    readAuthorizationRequest(req.query, pool.clients);
    const user = userWithTemporaryPassword(pool, req);
    if (user) renderPage(req, res, pool, user);
    else res.redirect(302, `/oauth2/authorize${queryOf(req)}`);
  };
}

/** POST /changePassword: with a good password the user is confirmed, signed in and sent to the app, or asked for a second factor first. */
export function changePassword(pool: HostedUi): RequestHandler {
  return async (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.clients);
    const fields = readForm(req, pool, assumptions.otherFormsLifetimeMs);
    const { password = "", passwordAgain = "" } = fields;
    const user = userWithTemporaryPassword(pool, req);
    if (!user) {
      leadBackToSignIn(req, res, pool);
      return;
    }
    const attributes = attributesIn(fields, missingAttributes(pool, user));
    const { result, problem } = await attempt(res, () =>
      newPassword(pool, user, { password, passwordAgain, attributes }),
    );
    if (problem === "sessionExpired") {
      pool.pendingNewPasswords.end(req, res);
      leadBackToSignIn(req, res, pool);
    } else if (problem) {
      renderPage(req, res.status(400), pool, user, { attributes, problem });
    } else {
      pool.pendingNewPasswords.end(req, res);
      res.redirect(302, await afterFirstFactor(req, res, pool, request, result));
    }
  };
}

function userWithTemporaryPassword(pool: HostedUi, req: Request): User | undefined {
  const pending = pool.pendingNewPasswords.find(req);
  const user = pending && pool.users.get(pending.username, pending.sub);
  return user?.enabled && user.status === "FORCE_CHANGE_PASSWORD" ? user : undefined;
}

function renderPage(
  req: Request,
  res: Response,
  pool: HostedUi,
  user: User,
  { attributes, problem }: { attributes?: Record<string, string>; problem?: Message } = {},
): void {
  res.render("change-password", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    username: nameShown(user, pool.settings),
    fields: attributeFields(missingAttributes(pool, user), attributes),
    problem,
    passwordHint: passwordHint(pool.settings.passwordPolicy),
  });
}
