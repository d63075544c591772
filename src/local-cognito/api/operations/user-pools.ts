import type { Context } from "../context.ts";
import { assertPool } from "../named.ts";
import { describePool, poolDates } from "../pool-description.ts";

interface OfPool {
  UserPoolId: string;
}

export function describeUserPool({ pool }: Context, { UserPoolId }: OfPool): object {
  assertPool(pool, UserPoolId);
  return { UserPool: describePool(pool) };
}

/** There is one. */
export function listUserPools({ pool }: Context): object {
  const { userPoolId: Id, settings } = pool;
  return { UserPools: [{ Id, Name: settings.poolName, LambdaConfig: {}, ...poolDates(pool) }] };
}
