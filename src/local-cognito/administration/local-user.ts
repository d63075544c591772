import type { Request, RequestHandler, Response } from "express";
import { AdminRefusal } from "../errors.ts";
import { readFields } from "../hosted-ui/hosted-forms.ts";
import type { Pool } from "../pool.ts";
import { passwordHint } from "../users/password-policy.ts";
import type { User } from "../users/user.ts";
import { type AdminAction, adminDeleteUser } from "./admin-actions.ts";
import { adminMessages } from "./admin-messages.ts";
import { answer, wantsJson } from "./local-answer.ts";
import { addressOf, detailsOf } from "./user-descriptions.ts";

/** GET /_local/users/USER: attributes, groups, sign-ins, and what can be done. USER: name, verified address or `sub`. */
export function showUser(pool: Pool): RequestHandler {
  return (req, res) => showDetails(req, res, pool, userIn(pool, req));
}

/** POST /_local/users/USER/ACTION: carries it out and shows what the user is like now. */
export function act(pool: Pool, perform: AdminAction): RequestHandler {
  return async (req, res) => {
    const user = userIn(pool, req);
    try {
      await perform(pool, user, readFields(req));
    } catch (error) {
      if (!(error instanceof AdminRefusal) || wantsJson(req)) throw error;
      showDetails(req, res.status(400), pool, user, error.message);
      return;
    }
    if (wantsJson(req)) showDetails(req, res, pool, userIn(pool, req));
    else res.redirect(303, addressOf(user));
  };
}

/** POST /_local/users/USER/delete: removes the user and shows who is left. */
export function deleteUser(pool: Pool): RequestHandler {
  return (req, res) => {
    adminDeleteUser(pool, userIn(pool, req));
    if (wantsJson(req)) res.status(204).end();
    else res.redirect(303, "/_local/users");
  };
}

/** Returns the user of the address; throws AdminRefusal 404. */
export function userIn(pool: Pool, req: Request): User {
  const { username } = req.params;
  const name = typeof username === "string" ? username : "";
  const user = pool.users.find(name) ?? pool.users.list().find(({ sub }) => sub === name);
  if (!user) throw new AdminRefusal("UserNotFoundException", adminMessages.userDoesNotExist, 404);
  return user;
}

function showDetails(req: Request, res: Response, pool: Pool, user: User, problem?: string): void {
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
