import { openPoolDatabase } from "../../../src/local-cognito/pool/pool-database.ts";
import { newUser } from "../../../src/local-cognito/users/user.ts";
import { UserDirectory } from "../../../src/local-cognito/users/user-directory.ts";
import { copyNewPool } from "../../support/pool-template.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { send } from "./http.ts";
import { startPool, type TestPool } from "./pool.ts";

export interface UserDetails {
  username: string;
  sub: string;
  email?: string;
  emailVerified: boolean;
  status: string;
  enabled: boolean;
  createdAt: string;
  attributes: Record<string, string>;
  groups: string[];
  temporaryPasswordExpiresAt?: string;
  authenticatorApp?: { deviceName?: string; addedAt: string; isOn: boolean };
  isSettingUpApp?: boolean;
  identities?: Record<string, unknown>[];
  signIns: { at: string; userAgent: string }[];
}

/** What came back, with the user if there was one. */
export interface AdminAnswer {
  status: number;
  headers: Headers;
  body: UserDetails & { error?: string; message?: string };
}

export const TEMPORARY_PASSWORD = "Temporary-Horse-1";

/** Posts to `/_local/users…` as a script does, and reads JSON. */
export async function administer(
  pool: TestPool,
  path: string,
  fields: Record<string, string> = {},
): Promise<AdminAnswer> {
  const { status, headers, text } = await send(`${pool.origin}/_local/users${path}`, {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams(fields),
  });
  return { status, headers, body: text ? JSON.parse(text) : {} };
}

/** Creates ann, with a verified address, and a temporary password unless the test gives another. */
export function createUser(
  pool: TestPool,
  fields: Record<string, string> = {},
): Promise<AdminAnswer> {
  const verified = { email: "ann@example.org", emailVerified: "true" };
  return administer(pool, "", {
    username: "ann",
    temporaryPassword: TEMPORARY_PASSWORD,
    ...(fields.email === undefined && verified),
    ...fields,
  });
}

export async function detailsOf(pool: TestPool, username: string): Promise<UserDetails> {
  const page = await pool.browser().get(`/_local/users/${username}`, {
    accept: "application/json",
  });
  return JSON.parse(page.text) as UserDetails;
}

export const json = { accept: "application/json" };

/** The names of the users that a search finds. */
export async function namesFound(pool: TestPool, search: string): Promise<string[]> {
  const address = `/_local/users?search=${encodeURIComponent(search)}`;
  const users = JSON.parse((await pool.browser().get(address, json)).text);
  return users.map(({ username }: { username: string }) => username);
}

/** Starts a pool of user-0, user-1 …, each in 99 groups. */
export async function poolOf(users: number): Promise<TestPool> {
  const dataDirectory = await temporaryDirectory();
  await copyNewPool(dataDirectory);
  const database = openPoolDatabase(dataDirectory);
  const directory = new UserDirectory(database);
  const password = { N: 2, r: 1, p: 1, salt: "", hash: "" };
  const createdAt = new Date(0).toISOString();
  const groups = Array.from({ length: 99 }, (_, i) => `group-${i}`);
  database.inOneWrite(() => {
    for (let i = 0; i < users; i++) {
      const given = { username: `user-${i}`, status: "CONFIRMED" as const, attributes: {} };
      directory.add(newUser({ ...given, groups, createdAt, password }));
    }
  });
  await database.close();
  return startPool({ dataDirectory });
}
