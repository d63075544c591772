import type { User } from "../users/user.ts";

export interface Attribute {
  Name: string;
  Value: string;
}

/** Every attribute of a user as the API has them: `sub` first, and whether an address is verified as a text. */
export function attributesOf(user: User): Attribute[] {
  const { sub, attributes, emailVerified, identity } = user;
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

/** When a user came, how the account stands, and its name; dates in seconds. */
export function accountOf({ username, createdAt, enabled, status }: User) {
  return {
    Username: username,
    UserCreateDate: seconds(createdAt),
    UserLastModifiedDate: seconds(createdAt),
    Enabled: enabled,
    UserStatus: status,
  };
}

/** The second factors that are asked for at a sign-in; nothing where there are none. */
export function factorsOf({ authenticatorApp }: User) {
  if (!authenticatorApp) return {};
  return { UserMFASettingList: ["SOFTWARE_TOKEN_MFA"], PreferredMfaSetting: "SOFTWARE_TOKEN_MFA" };
}

function seconds(isoTime: string): number {
  return Date.parse(isoTime) / 1000;
}
