import { randomUUID } from "node:crypto";
import type { FederatedIdentity } from "../identity-providers/federated-user.ts";
import type { AuthenticatorApp } from "./authenticator-app.ts";
import type { StoredPassword } from "./passwords.ts";

export type UserStatus =
  | "UNCONFIRMED"
  | "CONFIRMED"
  | "FORCE_CHANGE_PASSWORD"
  | "RESET_REQUIRED"
  | "EXTERNAL_PROVIDER";

export interface User {
  username: string;
  sub: string;
  status: UserStatus;
  enabled: boolean;
  /** Standard and `custom:` attributes by name; values are always strings. */
  attributes: Record<string, string>;
  emailVerified: boolean;
  groups: string[];
  /** ISO 8601. */
  createdAt: string;
  /** Where there is none, no password is the right one; nobody has one who comes in through a provider. */
  password?: StoredPassword;
  authenticatorApp?: AuthenticatorApp;
  /** Whom a provider knows this user as; set where the status is EXTERNAL_PROVIDER. */
  identity?: FederatedIdentity;
  /** Milliseconds; set while the status is FORCE_CHANGE_PASSWORD. */
  temporaryPasswordExpiresAt?: number;
  /** The newest sign-up code, until it is used. */
  confirmationCode?: ConfirmationCode;
}

export interface ConfirmationCode {
  code: string;
  sentAt: number;
  /** Milliseconds, as `sentAt`. */
  expiresAt: number;
}

type Given = "username" | "status" | "attributes" | "createdAt";

/** Fills in what every new user has: a `sub` of its own, enabled, in no group, the address not verified. */
export function newUser(given: Pick<User, Given> & Partial<User>): User {
  return { sub: randomUUID(), enabled: true, emailVerified: false, groups: [], ...given };
}

/** The form under which a name is filed and counted; people may type it in any case and any spelling of its accents. */
export function keyOf(usernameOrEmail: string): string {
  return usernameOrEmail.toLowerCase().normalize("NFC");
}

/** The address as it may be shown to somebody who only knows the account: `j****@e****`. */
export function maskEmail(email = ""): string {
  const [name = "", host = ""] = email.split("@");
  return `${name.slice(0, 1)}****@${host.slice(0, 1)}****`;
}
