import { z } from "zod";
import { AdminRefusal } from "../errors.ts";
import { naming, PoolFileError, readPoolFile } from "../pool/pool-file.ts";
import type { Pool } from "../pool.ts";
import { pathOf } from "../template/findings.ts";
import { parseDocument } from "../template/language/document.ts";
import { listOf, text } from "../template/resources/values.ts";
import { isStandardAttribute } from "../users/standard-attributes.ts";
import { newUser, type User } from "../users/user.ts";
import { asUsername } from "../users/user-attributes.ts";
import { adminAddUserToGroup, assertGroup } from "./admin-actions.ts";
import {
  addUser,
  adminCreateUser,
  assertPasswordConforms,
  describeNewUser,
} from "./admin-create-user.ts";

/**
 * A user as `AWS::Cognito::UserPoolUser` describes one, with the groups, and with a password: one of their own, or a
 * temporary one. Without either, a temporary one is made and mailed.
 */
const seedUserShape = z.strictObject({
  Username: text,
  UserAttributes: listOf(z.strictObject({ Name: text, Value: text })).default([]),
  Groups: listOf(text).default([]),
  Password: text.optional(),
  TemporaryPassword: text.optional(),
});
const usersFileShape = z.strictObject({ Users: listOf(seedUserShape) });

type SeedUser = z.infer<typeof seedUserShape>;

/**
 * Puts the users of a file (YAML or JSON) into the pool; who is there already stays untouched. Throws PoolFileError,
 * which lists what is wrong with their paths.
 */
export async function seedUsers(pool: Pool, path: string): Promise<void> {
  const users = await readUsers(path);
  const problems: string[] = [];
  // One after the other, so that a name that is listed twice is there by the second time.
  for (const [index, user] of users.entries()) {
    problems.push(...(await seedUnlessThere(pool, user, pathOf("Users", index))));
  }
  if (problems.length > 0) throw new PoolFileError(problems, path);
}

async function seedUnlessThere(pool: Pool, user: SeedUser, at: string): Promise<string[]> {
  const problems = unknownAttributes(user, at);
  if (problems.length > 0 || isThere(pool, user)) return problems;
  try {
    await seedUser(pool, user);
    return [];
  } catch (error) {
    if (!(error instanceof AdminRefusal)) throw error;
    return [`${at}: ${error.exception}: ${error.message}`];
  }
}

async function readUsers(path: string): Promise<SeedUser[]> {
  const parsed = usersFileShape.safeParse(await parseUsers(path));
  if (parsed.success) return parsed.data.Users;
  const problems = parsed.error.issues.map(({ path: [start = "It", ...steps], message }) => {
    return `${pathOf(String(start), ...steps)}: ${message}`;
  });
  throw new PoolFileError(problems, path);
}

async function parseUsers(path: string): Promise<unknown> {
  const content = await readPoolFile(path);
  return naming(path, parseDocument(content));
}

const verifications = ["email_verified", "phone_number_verified"];

function unknownAttributes({ UserAttributes }: SeedUser, at: string): string[] {
  return UserAttributes.flatMap(({ Name }, index) => {
    const isKnown =
      isStandardAttribute(Name) || Name.startsWith("custom:") || verifications.includes(Name);
    return isKnown
      ? []
      : [`${pathOf(at, "UserAttributes", index)}: there is no attribute ${Name}.`];
  });
}

function isThere({ users }: Pool, { Username }: SeedUser): boolean {
  return users.find(asUsername(Username)) !== undefined;
}

async function seedUser(pool: Pool, seed: SeedUser): Promise<void> {
  const { Username, UserAttributes, Groups, Password, TemporaryPassword = "" } = seed;
  const attributes = Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]));
  const fields = { username: Username, temporaryPassword: TemporaryPassword, ...attributes };
  for (const group of Groups) assertGroup(pool, group);
  const user =
    Password === undefined
      ? await adminCreateUser(pool, fields)
      : await addConfirmed(pool, fields, Password);
  for (const group of Groups) {
    await adminAddUserToGroup(pool, pool.users.get(user.username) ?? user, { group });
  }
}

async function addConfirmed(
  pool: Pool,
  fields: Record<string, string>,
  password: string,
): Promise<User> {
  const given = describeNewUser(pool, fields);
  assertPasswordConforms(pool, password);
  const user = newUser({
    ...given,
    status: "CONFIRMED",
    password: await pool.passwords.hash(password, given.username),
    createdAt: new Date(pool.now()).toISOString(),
  });
  addUser(pool, user);
  return user;
}
