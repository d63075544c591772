import type { AppClient } from "../pool/clients.ts";
import type { CustomTexts } from "../users/inbox.ts";
import { maskEmail, type User, type VerifiedAttribute } from "../users/user.ts";
import type { Accounts } from "./accounts.ts";

/** Where a code went, as far as its user may be told: `CodeDeliveryDetails`. */
export interface CodeDelivery {
  destination: string;
  medium: "EMAIL" | "SMS";
  attribute: VerifiedAttribute;
}

/**
 * Delivers the code of a sign-up to the user's address, or by message to the telephone where there is no address. In a
 * pool that mails links it is in one.
 */
export function deliverCode(
  { inbox }: Pick<Accounts, "inbox">,
  { user, client, code, texts }: CodeToDeliver,
): CodeDelivery | undefined {
  const delivery = deliveryTo(user);
  if (!delivery) return undefined;
  const link = (confirmation_code: string) =>
    `/confirmUser?${new URLSearchParams({ client_id: client.clientId, user_name: user.username, confirmation_code })}`;
  inbox.deliverVerificationCode(user.attributes[delivery.attribute] ?? "", code, texts, link);
  return delivery;
}

export interface CodeToDeliver {
  user: User;
  /** For which the user has signed up. */
  client: AppClient;
  code: string;
  texts?: CustomTexts | undefined;
}

/** Where a code for the user goes; undefined for somebody with neither address nor telephone. */
function deliveryTo({ attributes }: User): CodeDelivery | undefined {
  const { email, phone_number: phoneNumber } = attributes;
  if (email) return byEmail(maskEmail(email));
  return phoneNumber ? bySms(phoneNumber) : undefined;
}

export function byEmail(destination: string): CodeDelivery {
  return { destination, medium: "EMAIL", attribute: "email" };
}

export function bySms(phoneNumber: string): CodeDelivery {
  const destination = `+*******${phoneNumber.slice(-4)}`;
  return { destination, medium: "SMS", attribute: "phone_number" };
}
