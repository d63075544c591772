import { AppError } from "../../errors.ts";
import { userOf } from "../../visitor/guards.ts";
import { destroyOthers, revokeEnded } from "../sessions.ts";
import type { Change } from "./change.ts";
import { textField } from "./fields.ts";

/** A new password, by the old one; other sessions end with it where the visitor wishes. */
export const changePassword: Change = {
  path: "/password",
  event: "password-change",
  section: "password",
  async make(req, form, services) {
    const current = textField(form, "current_password");
    const next = textField(form, "new_password");
    if (current === "" || next === "") throw new AppError("password_missing");
    await req.signIn.pool.changePassword(current, next);
    if (form.end_others === undefined) return { done: "password" };
    await revokeEnded(services, req, await destroyOthers(services, req, userOf(req)));
    return { done: "password-others" };
  },
  words({ code, message, details }) {
    if (code !== "password_refused") return undefined;
    const rule = rules.find(([said]) => said.test(String(details?.message)))?.[1];
    return rule ? `${rule} Your password was not changed.` : message;
  },
};

/** Cognito names the first rule that a password breaks. */
const rules: [RegExp, string][] = [
  [/not long enough|length greater/i, "The new password is too short."],
  [/length less/i, "The new password is too long."],
  [/uppercase/i, "The new password needs an upper-case letter."],
  [/lowercase/i, "The new password needs a lower-case letter."],
  [/numeric/i, "The new password needs a number."],
  [/symbol/i, "The new password needs a symbol, such as ! or #."],
  [/regular expression/i, "The new password may not begin or end with a space."],
];
