import { hasSecondFactor, type User } from "../users/user.ts";

export interface Attribute {
  Name: string;
  Value: string;
}

/** A user as lists show them, and as one who was just made is shown. */
export function describeUser(user: User) {
  return { ...accountOf(user), Attributes: attributesOf(user) };
}

/** When a user came, how the account stands, and its name. */
export function accountOf({ username, createdAt, modifiedAt, enabled, status }: User) {
  return {
    Username: username,
    UserCreateDate: seconds(createdAt),
    UserLastModifiedDate: seconds(modifiedAt ?? createdAt),
    Enabled: enabled,
    UserStatus: status,
  };
}

/** Every attribute of a user as the API has them: `sub` first, and whether an address is verified as a text. */
export function attributesOf({ sub, attributes, emailVerified, identity }: User): Attribute[] {
  const { phone_number_verified = "false", ...texts } = attributes;
  const all = {
    sub,
    ...texts,
    ...(texts.email !== undefined && { email_verified: String(emailVerified) }),
    ...(texts.phone_number !== undefined && { phone_number_verified }),
    ...(identity && { identities: JSON.stringify([identity]) }),
  };
  return Object.entries(all).map(([Name, Value]) => ({ Name, Value }));
}

/** The second factors that a sign-in asks for; nothing where there are none. */
export function factorsOf(user: User) {
  if (!hasSecondFactor(user)) return {};
  const isPreferred = user.authenticatorApp?.isPreferred;
  return {
    UserMFASettingList: ["SOFTWARE_TOKEN_MFA"],
    ...(isPreferred && { PreferredMfaSetting: "SOFTWARE_TOKEN_MFA" }),
  };
}

/** Times are numbers here: seconds since 1970, with a fraction. */
export function seconds(isoTime: string): number {
  return Date.parse(isoTime) / 1000;
}
