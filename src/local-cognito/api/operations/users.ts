import type { Context } from "../context.ts";
import { userIn } from "../named.ts";
import { accountOf, attributesOf, factorsOf } from "../user-descriptions.ts";

interface OfUser {
  UserPoolId: string;
  Username: string;
}

export function adminGetUser({ pool }: Context, input: OfUser): object {
  const user = userIn(pool, input);
  return { ...accountOf(user), UserAttributes: attributesOf(user), ...factorsOf(user) };
}
