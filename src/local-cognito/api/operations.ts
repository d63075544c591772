import type { Context } from "./context.ts";
import { adminGetUser } from "./operations/users.ts";

/** What an operation does: it gets a checked input, and returns its output, if it has one. */
export type Operation = (
  context: Context,
  input: never,
) => object | undefined | Promise<object | undefined>;

/** Every operation that is simulated, by its name. */
export const operations: Record<string, Operation> = {
  AdminGetUser: adminGetUser,
};
