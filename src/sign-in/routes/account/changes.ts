import { authenticatorAppChanges } from "./authenticator-app.ts";
import type { Change } from "./change.ts";
import { deleteAccount } from "./delete-account.ts";
import { changePassword } from "./password.ts";
import { profileChanges } from "./profile.ts";

/** Every form of the account page. */
export const changes: Change[] = [
  ...profileChanges,
  changePassword,
  ...authenticatorAppChanges,
  deleteAccount,
];
