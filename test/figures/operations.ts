import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuthSessions } from "../../src/local-cognito/api/authentication/auth-sessions.ts";
import { operations } from "../../src/local-cognito/api/operations.ts";
import { tutorialSettings, withFirstClient } from "../../src/local-cognito/pool/pool-settings.ts";
import { openPool, type Pool } from "../../src/local-cognito/pool.ts";
import { newUser } from "../../src/local-cognito/users/user.ts";
import { startUserPool } from "../../src/testing/start-user-pool.ts";
import { type Findings, percentile } from "./figure.ts";

const users = 10_000;
const mostMs = 5;
const readyMs = 50;
const password = "Correct-Horse-9";
/** Next to nothing: what hashing costs is a setting, and no part of these figures. */
const passwordHashing = { N: 16, r: 1, p: 1 };

type Output = Record<string, unknown>;
type Call = (operation: string, input: object) => Promise<Output>;

/** What single operations of the JSON API cost in a full pool, in milliseconds of CPU. */
export async function measureOperations(share: number): Promise<Findings> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "operations-"));
  const settings = withFirstClient(tutorialSettings, { hasSecret: false });
  const options = { dataDirectory, callbackUrls: [], signOutUrls: [], settings, passwordHashing };
  const pool = await openPool({ ...options, mostUsers: 2 * users });
  try {
    await fill(pool);
    const times = Math.max(10, Math.round(200 * share));
    return findings(await measure(pool, caller(pool), times), await timeUntilReady());
  } finally {
    await pool.close();
    await rm(dataDirectory, { recursive: true });
  }
}

async function fill(pool: Pool): Promise<void> {
  const hashed = await pool.passwords.hash(password, "user-0");
  pool.inOneWrite(() => {
    for (let i = 0; i < users; i++) {
      const given = { username: `user-${i}`, status: "CONFIRMED" as const };
      const attributes = { email: `user-${i}@example.org` };
      const createdAt = new Date(1_000 * i).toISOString();
      pool.users.add(
        newUser({ ...given, attributes, emailVerified: true, createdAt, password: hashed }),
      );
    }
  });
}

function caller(pool: Pool): Call {
  const sessions = new AuthSessions(pool);
  const caller = { sourceIp: "127.0.0.1", userAgent: "figures" };
  const issuer = "http://127.0.0.1:4300/pool";
  const context = {
    pool,
    accounts: pool,
    issuer,
    sessions,
    userAgent: "figures",
    caller,
    remarks: [],
  };
  return async (operation, input) => {
    const perform = operations[operation] as (context: object, input: object) => unknown;
    return ((await perform(context, input)) ?? {}) as Output;
  };
}

async function measure(pool: Pool, call: Call, times: number): Promise<Map<string, number>> {
  const { userPoolId: UserPoolId, clients } = pool;
  const ClientId = clients.first.clientId;
  const signIn = {
    ClientId,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: "user-0", PASSWORD: password },
  };
  const { AuthenticationResult } = await call("InitiateAuth", signIn);
  const { AccessToken, RefreshToken } = AuthenticationResult as Record<string, string>;
  const PaginationToken = await lastPage(call, UserPoolId);
  const UserAttributes = (i: number) => [{ Name: "name", Value: `Name ${i}` }];
  const some = (i: number) => ({ UserPoolId, Username: `user-${i}` });
  const costs = new Map<string, number>();
  const cost = async (what: string, operation: string, input: (i: number) => object) => {
    for (let i = 0; i < 5; i++) await call(operation, input(i));
    const before = process.cpuUsage();
    for (let i = 0; i < times; i++) await call(operation, input(i));
    const { user, system } = process.cpuUsage(before);
    costs.set(what, (user + system) / 1000 / times);
  };
  await cost("AdminGetUser", "AdminGetUser", some);
  await cost("AdminUpdateUserAttributes", "AdminUpdateUserAttributes", (i) => ({
    ...some(i),
    UserAttributes: UserAttributes(i),
  }));
  const group = { UserPoolId, GroupName: "editors" };
  await call("CreateGroup", group);
  await cost("AdminAddUserToGroup", "AdminAddUserToGroup", (i) => ({ ...some(i), ...group }));
  await cost("ListUsersInGroup", "ListUsersInGroup", () => group);
  await cost("AdminCreateUser", "AdminCreateUser", () => ({
    UserPoolId,
    Username: `new-${randomUUID()}`,
    MessageAction: "SUPPRESS",
  }));
  await cost("ListUsers, first page", "ListUsers", () => ({ UserPoolId }));
  await cost("ListUsers, last page", "ListUsers", () => ({ UserPoolId, PaginationToken }));
  await cost("ListUsers by address", "ListUsers", (i) => ({
    UserPoolId,
    Filter: `email = "user-${i}@example.org"`,
  }));
  await cost("ListUsers by the beginning of a name", "ListUsers", () => ({
    UserPoolId,
    Filter: 'username ^= "user-"',
  }));
  await cost("InitiateAuth", "InitiateAuth", () => signIn);
  await cost("GetUser", "GetUser", () => ({ AccessToken }));
  const refresh = { ClientId, RefreshToken };
  await cost("GetTokensFromRefreshToken", "GetTokensFromRefreshToken", () => refresh);
  for (const text of ["user-9", "example", "nobody"]) {
    const before = process.cpuUsage();
    for (let i = 0; i < times; i++) pool.users.search(text, { limit: 100 });
    const { user, system } = process.cpuUsage(before);
    costs.set(`/_local/users?search=${text}`, (user + system) / 1000 / times);
  }
  return costs;
}

async function lastPage(call: Call, UserPoolId: string): Promise<unknown> {
  let [last, next]: unknown[] = [];
  do {
    last = next;
    const page = await call("ListUsers", {
      UserPoolId,
      ...(last !== undefined && { PaginationToken: last }),
    });
    next = page.PaginationToken;
  } while (next !== undefined);
  return last;
}

/** From the call to the address, in memory, with the signing keys that the process has: the median. */
async function timeUntilReady(): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < 20; i++) {
    const before = performance.now();
    const pool = await startUserPool();
    took.push(performance.now() - before);
    await pool.close();
  }
  return percentile(took, 0.5);
}

function findings(costs: Map<string, number>, readyAfterMs: number): Findings {
  const dearest = [...costs].reduce((one, other) => (other[1] > one[1] ? other : one));
  const first = costs.get("ListUsers, first page") ?? 0;
  const last = costs.get("ListUsers, last page") ?? 0;
  return {
    figures: [
      {
        what: `${users.toLocaleString("en-US")} users: CPU of the dearest of ${costs.size} calls, beside hashing`,
        target: `${mostMs} ms or less`,
        measured: `${shown(dearest[1])} (${dearest[0]})`,
        isMet: dearest[1] <= mostMs,
      },
      {
        what: "ListUsers: CPU of the last page, to that of the first",
        target: "no dearer, give or take a quarter",
        measured: `${shown(last)} to ${shown(first)}`,
        isMet: last <= 1.25 * first,
      },
      {
        what: "A pool in memory is ready after",
        target: `under ${readyMs} ms`,
        measured: shown(readyAfterMs),
        isMet: readyAfterMs < readyMs,
      },
    ],
    details: [...costs].map(([what, ms]) => `${what}: ${shown(ms)}`),
  };
}

function shown(ms: number): string {
  return `${ms.toFixed(2)} ms`;
}
