import type { Request, RequestHandler, Response } from "express";
import { AdminRefusal } from "../errors.ts";
import { readFields } from "../hosted-ui/hosted-forms.ts";
import type { Pool } from "../pool.ts";
import { passwordHint } from "../users/password-policy.ts";
import { keyOf, type User } from "../users/user.ts";
import { adminCreateUser } from "./admin-create-user.ts";
import { answer, wantsJson } from "./local-answer.ts";
import { addressOf, detailsOf, summaryOf } from "./user-descriptions.ts";

const mostOnAPage = 100;

/** GET /_local/users: everybody in the pool, or whose name, address or `sub` holds `?search=`. */
export function showUsers(pool: Pool): RequestHandler {
  return (req, res) => showList(req, res, pool, {});
}

/** POST /_local/users: a user with a temporary password, then their page; the fields are those of adminCreateUser. */
export function createUser(pool: Pool): RequestHandler {
  return async (req, res) => {
    const fields = readFields(req);
    const outcome = await adminCreateUser(pool, fields).catch(refusalIn);
    if (outcome instanceof AdminRefusal) {
      if (wantsJson(req)) throw outcome;
      const { username, email, emailVerified } = fields;
      const typed = { username, email, emailVerified };
      showList(req, res.status(400), pool, { typed, problem: outcome.message });
      return;
    }
    res.location(addressOf(outcome));
    if (wantsJson(req)) res.status(201).json(detailsOf(pool, outcome));
    else res.redirect(303, addressOf(outcome));
  };
}

interface CreateForm {
  typed?: Record<string, string | undefined>;
  problem?: string;
}

function showList(req: Request, res: Response, pool: Pool, form: CreateForm): void {
  const search = typeof req.query.search === "string" ? req.query.search.trim() : "";
  const found = pool.users.list().filter((user) => isMatch(user, keyOf(search)));
  const shown = found.slice(0, mostOnAPage);
  answer(req, res, found.map(summaryOf), {
    view: "local-users",
    locals: {
      users: shown.map((user) => ({ ...summaryOf(user), address: addressOf(user) })),
      search,
      hidden: found.length - shown.length,
      passwordHint: passwordHint(pool.settings.passwordPolicy),
      ...form,
    },
  });
}

function isMatch({ username, sub, attributes }: User, key: string): boolean {
  return [username, attributes.email ?? "", sub].some((text) => keyOf(text).includes(key));
}

function refusalIn(error: unknown): AdminRefusal {
  if (error instanceof AdminRefusal) return error;
  throw error;
}
