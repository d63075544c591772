import type { Request, RequestHandler, Response } from "express";
import { assumptions } from "../assumptions.ts";
import type { Message } from "../messages.ts";
import { readAuthorizationRequest } from "../oauth/authorization-request.ts";
import type { Pool } from "../pool.ts";
import { nameShown } from "../users/identifier.ts";
import { newPasswordProblem, passwordHint } from "../users/password-policy.ts";
import type { User } from "../users/user.ts";
import { attributesIn, attributesProblem, requiredAttributes } from "../users/user-attributes.ts";
import { attributeFields } from "./attribute-fields.ts";
import { queryOf, readForm } from "./hosted-forms.ts";
import { afterFirstFactor } from "./second-factor.ts";
import { leadBackToSignIn } from "./sign-in-page.ts";

/** GET /changePassword: asks for a password in place of the temporary one, and for required attributes that are missing. */
export function showChangePassword(pool: Pool): RequestHandler {
  return (req, res) => {
    readAuthorizationRequest(req.query, pool.clients);
    const user = userWithTemporaryPassword(pool, req);
    if (user) renderPage(req, res, pool, user);
    else res.redirect(302, `/oauth2/authorize${queryOf(req)}`);
  };
}

/** POST /changePassword: with a good password the user is confirmed, signed in and sent to the app, or asked for a second factor first. */
export function changePassword(pool: Pool): RequestHandler {
  return async (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.clients);
    const fields = readForm(req, pool, assumptions.otherFormsLifetimeMs);
    const { password = "", passwordAgain = "" } = fields;
    const user = userWithTemporaryPassword(pool, req);
    if (!user) {
      leadBackToSignIn(req, res, pool);
      return;
    }
    const missing = missingAttributes(pool, user);
    const attributes = attributesIn(fields, missing);
    const problem =
      attributesProblem(attributes, missing, pool.settings) ??
      newPasswordProblem(password, passwordAgain, pool.settings.passwordPolicy);
    if (problem) {
      renderPage(req, res.status(400), pool, user, { attributes, problem });
      return;
    }
    const confirmed = await confirmWith(pool, user, attributes, password);
    pool.pendingNewPasswords.end(req, res);
    if (!confirmed) {
      leadBackToSignIn(req, res, pool);
      return;
    }
    res.redirect(302, await afterFirstFactor(req, res, pool, request, confirmed));
  };
}

function userWithTemporaryPassword(pool: Pool, req: Request): User | undefined {
  const pending = pool.pendingNewPasswords.find(req);
  const user = pending && pool.users.get(pending.username, pending.sub);
  return user?.enabled && user.status === "FORCE_CHANGE_PASSWORD" ? user : undefined;
}

function missingAttributes({ settings }: Pool, { attributes }: User): string[] {
  return requiredAttributes(settings).filter((name) => attributes[name] === undefined);
}

/** An address that is given here has proven nothing, so it stays unverified. */
async function confirmWith(
  pool: Pool,
  user: User,
  added: Record<string, string>,
  newPassword: string,
): Promise<User | undefined> {
  const password = await pool.passwords.hash(newPassword, user.username);
  return pool.users.update(user, ({ temporaryPasswordExpiresAt: _spent, ...stored }) => {
    // Hashing takes a while: another request may have changed the password meanwhile.
    if (!stored.enabled || stored.status !== "FORCE_CHANGE_PASSWORD") return undefined;
    const attributes = { ...added, ...stored.attributes };
    return { ...stored, attributes, password, status: "CONFIRMED" };
  });
}

function renderPage(
  req: Request,
  res: Response,
  pool: Pool,
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
