import type { Pool } from "../local-cognito/pool.ts";
import { newUser, type User } from "../local-cognito/users/user.ts";
import type { TestUser } from "./user-pool.ts";

/** Puts the user into the pool, or gives the one of that name what the description says; throws if the address is taken. */
export async function putUser(pool: Pool, described: TestUser): Promise<User> {
  const { username, password } = described;
  const hashed = password === undefined ? undefined : await pool.passwords.hash(password, username);
  return pool.inOneWrite(() => {
    const known = pool.users.get(username);
    const user = describe(described, known ?? newcomer(pool, username));
    if (known) pool.users.remove(known);
    const outcome = pool.users.add({ ...user, ...(hashed && { password: hashed }) });
    if (outcome === "added") return user;
    throw new Error(`${username} cannot be in this pool: ${outcome}.`);
  });
}

function describe(described: TestUser, user: User): User {
  return {
    ...user,
    attributes: described.attributes
      ? { ...addressOf(user), ...described.attributes }
      : user.attributes,
    emailVerified: described.emailVerified ?? user.emailVerified,
    groups: [...(described.groups ?? user.groups)].sort(),
  };
}

/** It stays unless there is another: most pools want one of everybody. */
function addressOf({ attributes: { email } }: User): Record<string, string> {
  return email === undefined ? {} : { email };
}

function newcomer(pool: Pool, username: string): User {
  return newUser({
    username,
    status: "CONFIRMED",
    attributes: { email: `${username}@example.org` },
    emailVerified: true,
    createdAt: new Date(pool.now()).toISOString(),
  });
}
