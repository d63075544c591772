import type { Request, RequestHandler, Response } from "express";
import type { Accounts } from "../accounts/accounts.ts";
import { deleteUser as removeUser } from "../accounts/admin-actions.ts";
import { resendInvitation } from "../accounts/admin-create-user.ts";
import { CognitoException } from "../accounts/exceptions.ts";
import { findUser } from "../accounts/find-user.ts";
import { adminAddUserToGroup, provideGroup } from "../accounts/groups.ts";
import { readFields } from "../browser/forms.ts";
import { passwordHint } from "../users/password-policy.ts";
import type { User } from "../users/user.ts";
import { answer, wantsJson } from "./answer.ts";
import type { Console } from "./console.ts";
import { addressOf, detailsOf } from "./user-descriptions.ts";

/** GET /_local/users/USER: attributes, groups, sign-ins, and what can be done. USER: name, verified address or `sub`. */
export function showUser(pool: Console): RequestHandler {
  return (req, res) => showDetails(req, res, pool, userIn(pool, req));
}

/** What an administrator does with a user; the fields are those of the form. */
export type AdminAction = (
  accounts: Accounts,
  user: User,
  fields: Record<string, string>,
) => unknown;

/** POST /_local/users/USER/ACTION: carries it out and shows what the user is like now. */
export function act(pool: Console, perform: AdminAction): RequestHandler {
  return async (req, res) => {
    const user = userIn(pool, req);
    try {
      await perform(pool, user, readFields(req));
    } catch (error) {
      if (!(error instanceof CognitoException) || wantsJson(req)) throw error;
      showDetails(req, res.status(400), pool, user, error.message);
      return;
    }
    if (wantsJson(req)) showDetails(req, res, pool, userIn(pool, req));
    else res.redirect(303, addressOf(user));
  };
}

/** POST /_local/users/USER/delete: removes the user and shows who is left. */
export function deleteUser(pool: Console): RequestHandler {
  return (req, res) => {
    removeUser(pool, userIn(pool, req));
    if (wantsJson(req)) res.status(204).end();
    else res.redirect(303, "/_local/users");
  };
}

/** Puts the user into one of the pool's groups, or into any while its settings name none. */
export const addToGroup: AdminAction = (accounts, user, { group = "" }) => {
  provideGroup(accounts, group);
  adminAddUserToGroup(accounts, user, group);
};

export const resendInvitationTo: AdminAction = async (accounts, { username }, fields) => {
  const temporaryPassword = fields.temporaryPassword || undefined;
  await resendInvitation(accounts, { username, temporaryPassword, mustBeTold: true });
};

/** Returns the user of the address; throws UserNotFoundException. */
export function userIn(accounts: Accounts, req: Request): User {
  const { username } = req.params;
  return findUser(accounts, typeof username === "string" ? username : "");
}

function showDetails(
  req: Request,
  res: Response,
  pool: Console,
  user: User,
  problem?: string,
): void {
  const details = detailsOf(pool, user);
  answer(req, res, details, {
    view: "local-user",
    locals: {
      user: details,
      address: addressOf(user),
      passwordHint: passwordHint(pool.settings.passwordPolicy),
      hasSecondFactors: pool.settings.mfa !== "OFF",
      problem,
    },
  });
}
