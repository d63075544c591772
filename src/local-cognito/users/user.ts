import { randomUUID } from "node:crypto";
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
  /** ISO 8601; that of the newest write. Undefined in what was written before there was this. */
  modifiedAt?: string;
  /** Where there is none, no password is the right one; nobody has one who comes in through a provider. */
  password?: StoredPassword;
  authenticatorApp?: AuthenticatorApp;
  /** Whom a provider knows this user as; set where the status is EXTERNAL_PROVIDER. */
  identity?: FederatedIdentity;
  /** Milliseconds; set while the status is FORCE_CHANGE_PASSWORD. */
  temporaryPasswordExpiresAt?: number;
  /** The newest sign-up code, until it is used. */
  confirmationCode?: ConfirmationCode;
  /** By attribute the newest code that proves it, with the value that counts from then on if that is another. */
  attributeCodes?: Partial<Record<VerifiedAttribute, ConfirmationCode & { value?: string }>>;
  /** The secret that an app of the user's is to prove that it has. */
  pendingAppSecret?: string;
}

export type VerifiedAttribute = "email" | "phone_number";

/** Whom a provider knows a user as. */
export interface FederatedIdentity {
  userId: string;
  providerName: string;
  providerType: string;
  /** Milliseconds. */
  dateCreated: number;
}

/** A user's second factor: Cognito keeps one app a user. */
export interface AuthenticatorApp {
  /** Base32. */
  secret: string;
  deviceName?: string;
  /** ISO 8601. */
  addedAt: string;
  /** The time step of the newest code that was used; no code of it, or of one before, is good again. */
  lastStep: number;
  /** Set where the user has switched it off: no code is asked for. */
  isOff?: boolean;
  isPreferred?: boolean;
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

/** True for somebody whom a sign-in asks for a code of an app. */
export function hasSecondFactor({ authenticatorApp }: User): boolean {
  return authenticatorApp !== undefined && !authenticatorApp.isOff;
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
