import type { MessageKey } from "../messages.ts";
import type { PoolSettings } from "../pool/pool-settings.ts";
import type { User } from "./user.ts";

/** How a form asks who somebody is. */
export interface IdentifierField {
  label: MessageKey;
  hint?: MessageKey;
  type?: "email";
}

/** The field for the name that people sign in with. */
export function identifierField({ signInWith }: PoolSettings): IdentifierField {
  if (signInWith === "email") return { label: "email", type: "email" };
  return { label: "username", ...(signInWith === "alias" && { hint: "usernameHint" }) };
}

/** What a user is called on pages and in mails: the name that they chose, or the address where that is the name. */
export function nameShown(user: User, { signInWith }: PoolSettings): string {
  return (signInWith === "email" && user.attributes.email) || user.username;
}
