import { z } from "zod";
import type { Accounts } from "../accounts/accounts.ts";
import { addConfirmedUser, adminCreateUser } from "../accounts/admin-create-user.ts";
import { CognitoException } from "../accounts/exceptions.ts";
import { adminAddUserToGroup, provideGroup } from "../accounts/groups.ts";
import { PoolFileError, readPoolFile } from "../pool/pool-file.ts";
import { pathOf } from "../template/findings.ts";
import { listOf } from "../template/resources/values.ts";
import { asUsername, attributesIn, isAttributeOf } from "../users/user-attributes.ts";

const text = z.string("must be text.");

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

/** The same for the users that the pool's settings name. */
export async function seedUsersOfSettings(accounts: Accounts): Promise<void> {
  const problems: string[] = [];
  for (const { username, attributes, groups, ...how } of accounts.settings.users) {
    if (isThere(accounts, { Username: username })) continue;
    try {
      const given = { username: asUsername(username), attributes, ...how };
      const user = await adminCreateUser(accounts, given);
      for (const group of groups) {
        adminAddUserToGroup(accounts, accounts.users.get(user.username) ?? user, group);
      }
    } catch (error) {
      if (!(error instanceof CognitoException)) throw error;
      problems.push(`The user ${username}: ${error.exception}: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new PoolFileError(problems, "The template");
}

async function seedUnlessThere(accounts: Accounts, user: SeedUser, at: string): Promise<string[]> {
  const problems = attributesProblems(accounts, user, at);
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

/** Whatever stands there is text, with quotes or without: `007`, `on` and `+15551234567` stay as they are. */
async function parseUsers(path: string): Promise<unknown> {
  const content = await readPoolFile(path);
  const { FAILSAFE_SCHEMA, load, YAMLException } = await import("js-yaml");
  try {
    return load(content, { schema: FAILSAFE_SCHEMA });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new PoolFileError([error.message.split("\n")[0] ?? ""], path);
  }
}

const verifications = ["email_verified", "phone_number_verified"];

function attributesProblems(
  accounts: Accounts,
  { UserAttributes }: SeedUser,
  at: string,
): string[] {
  const names = UserAttributes.map(({ Name }) => Name);
  return names.flatMap((name, index) => {
    const problem = attributeNameProblem(accounts, name, names.slice(0, index));
    return problem ? [`${pathOf(at, "UserAttributes", index)}: ${problem}`] : [];
  });
}

function attributeNameProblem(
  { settings }: Accounts,
  name: string,
  before: string[],
): string | undefined {
  if (before.includes(name)) return `${name} is there twice.`;
  if (isAttributeOf(settings, name) || verifications.includes(name)) return undefined;
  const meant = [`custom:${name}`, `dev:${name}`, `dev:custom:${name}`].find((longer) =>
    isAttributeOf(settings, longer),
  );
  return `there is no attribute ${name}.${meant ? ` Do you mean ${meant}?` : ""}`;
}

function isThere({ users }: Accounts, { Username }: Pick<SeedUser, "Username">): boolean {
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
