import type { Request, RequestHandler, Response } from "express";
import type { Accounts } from "../accounts/accounts.ts";
import { adminCreateUser } from "../accounts/admin-create-user.ts";
import { CognitoException } from "../accounts/exceptions.ts";
import { assertKnown } from "../accounts/user-attributes.ts";
import { readFields } from "../browser/forms.ts";
import { passwordHint } from "../users/password-policy.ts";
import type { User } from "../users/user.ts";
import { asUsername, attributesIn } from "../users/user-attributes.ts";
import { answer, wantsJson } from "./answer.ts";
import type { Console } from "./console.ts";
import { findUsers } from "./found-users.ts";
import { addressOf, detailsOf, summaryOf } from "./user-descriptions.ts";

const usualOnAPage = 100;

/** GET /_local/users: everybody in the pool, or whoever `?search=` finds, in pages of `?limit=`. */
export function showUsers(pool: Console): RequestHandler {
  return (req, res) => showList(req, res, pool, {});
}

/** POST /_local/users: a user with a temporary password, then their page; the fields are those of adminCreateUser. */
export function createUser(pool: Console): RequestHandler {
  return async (req, res) => {
    const fields = readFields(req);
    const outcome = await create(pool, fields).catch(refusalIn);
    if (outcome instanceof CognitoException) {
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

/**
 * Fields: `username` (the address, where that is the name), and if wanted `email` and any other attribute by its name,
 * `emailVerified` ("true"), `temporaryPassword`.
 */
async function create(accounts: Accounts, fields: Record<string, string>): Promise<User> {
  const { username, emailVerified, temporaryPassword, ...others } = fields;
  const attributes = {
    ...attributesIn(others, Object.keys(others)),
    ...(emailVerified !== undefined && { email_verified: emailVerified }),
  };
  assertKnown(accounts, Object.keys(others));
  const given = {
    username: asUsername(username),
    attributes,
    temporaryPassword: temporaryPassword || undefined,
  };
  return adminCreateUser(accounts, { ...given, mustBeTold: true });
}

interface CreateForm {
  typed?: Record<string, string | undefined>;
  problem?: string;
}

function showList(req: Request, res: Response, pool: Console, form: CreateForm): void {
  // Whoever reads JSON and names no limit gets everybody.
  const usualLimit = wantsJson(req) ? Number.POSITIVE_INFINITY : usualOnAPage;
  const { search, users, hidden, next } = findUsers(req, pool, usualLimit);
  if (next !== undefined) res.links({ next });
  answer(req, res, users.map(summaryOf), {
    view: "local-users",
    locals: {
      users: users.map((user) => ({ ...summaryOf(user), address: addressOf(user) })),
      search,
      hidden,
      next: next === undefined ? undefined : { href: next },
      passwordHint: passwordHint(pool.settings.passwordPolicy),
      ...form,
    },
  });
}

function refusalIn(error: unknown): CognitoException {
  if (error instanceof CognitoException) return error;
  throw error;
}
