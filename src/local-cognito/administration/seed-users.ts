import { z } from "zod";
import type { Accounts } from "../accounts/accounts.ts";
import { addConfirmedUser, adminCreateUser } from "../accounts/admin-create-user.ts";
import { CognitoException } from "../accounts/exceptions.ts";
import { adminAddUserToGroup, provideGroup } from "../accounts/groups.ts";
import { naming, PoolFileError, readPoolFile } from "../pool/pool-file.ts";
import { pathOf } from "../template/findings.ts";
import { parseDocument } from "../template/language/document.ts";
import { listOf, text } from "../template/resources/values.ts";
import { isStandardAttribute } from "../users/standard-attributes.ts";
import { asUsername, attributesIn } from "../users/user-attributes.ts";

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
export async function seedUsers(accounts: Accounts, path: string): Promise<void> {
  const users = await readUsers(path);
  const problems: string[] = [];
  // One after the other, so that a name that is listed twice is there by the second time.
  for (const [index, user] of users.entries()) {
    problems.push(...(await seedUnlessThere(accounts, user, pathOf("Users", index))));
  }
  if (problems.length > 0) throw new PoolFileError(problems, path);
}

async function seedUnlessThere(accounts: Accounts, user: SeedUser, at: string): Promise<string[]> {
  const problems = unknownAttributes(user, at);
  if (problems.length > 0 || isThere(accounts, user)) return problems;
  try {
    await seedUser(accounts, user);
    return [];
  } catch (error) {
    if (!(error instanceof CognitoException)) throw error;
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

function isThere({ users }: Accounts, { Username }: SeedUser): boolean {
  return users.find(asUsername(Username)) !== undefined;
}

async function seedUser(accounts: Accounts, seed: SeedUser): Promise<void> {
  const { UserAttributes, Groups, Password: password, TemporaryPassword } = seed;
  const typed = Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]));
  const attributes = attributesIn(typed, Object.keys(typed));
  const temporaryPassword = TemporaryPassword || undefined;
  const given = { username: asUsername(seed.Username), attributes, temporaryPassword };
  for (const group of Groups) provideGroup(accounts, group);
  const user =
    password === undefined
      ? await adminCreateUser(accounts, { ...given, mustBeTold: true })
      : await addConfirmedUser(accounts, { ...given, password });
  for (const group of Groups)
    adminAddUserToGroup(accounts, accounts.users.get(user.username) ?? user, group);
}
