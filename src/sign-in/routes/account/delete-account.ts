import { AppError } from "../../errors.ts";
import { userOf } from "../../visitor/guards.ts";
import { destroyOthers } from "../sessions.ts";
import type { Change } from "./change.ts";
import { textField } from "./fields.ts";

/** The pool's user is gone first: without it no session can be renewed, whatever happens to the rest. */
export const deleteAccount: Change = {
  path: "/delete",
  event: "account-deletion",
  section: "delete",
  async make(req, form, services) {
    const typed = textField(form, "username").trim().toLowerCase();
    const { username, attributes } = await req.signIn.pool.getUser();
    const names = [username, attributes.preferred_username, attributes.email];
    if (!names.some((name) => name !== undefined && name.toLowerCase() === typed)) {
      throw new AppError("user_name_differs");
    }
    await req.signIn.pool.deleteUser();
    // Where the store fails here, the sessions end with their ID tokens: nothing can renew them.
    await destroyOthers(services, req, userOf(req)).catch((error: unknown) => {
      services.log.warn({ err: error }, "sessions of a deleted account were not ended");
    });
    return { done: "deleted" };
  },
};
