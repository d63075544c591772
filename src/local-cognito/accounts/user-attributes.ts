import type { AppClient } from "../pool/clients.ts";
import type { PoolSettings } from "../pool/pool-settings.ts";
import { customMessage } from "../triggers/message-trigger.ts";
import type { Acting, Caller } from "../triggers/trigger-call.ts";
import type { CustomTexts } from "../users/inbox.ts";
import type { User, VerifiedAttribute } from "../users/user.ts";
import { maskEmail } from "../users/user.ts";
import {
  attributesProblem,
  isAddressTheName,
  isAttributeOf,
  requiredAttributes,
} from "../users/user-attributes.ts";
import { withVerified } from "../users/user-directory.ts";
import type { Accounts } from "./accounts.ts";
import { byEmail, bySms, type CodeDelivery } from "./code-delivery.ts";
import { assertCode, makeConfirmationCode } from "./confirmation-code.ts";
import { assertValid, attemptLimitExceeded, invalidParameter, refusal } from "./exceptions.ts";
import { changeUser } from "./find-user.ts";
import { messages } from "./messages.ts";

const verifications = { email_verified: "email", phone_number_verified: "phone_number" } as const;

/** AdminUpdateUserAttributes: an administrator may write what no client may, and say that an address is verified. */
export async function adminUpdateUserAttributes(
  accounts: Accounts,
  user: User,
  attributes: Record<string, string>,
  caller?: Caller,
): Promise<UpdatedAttributes> {
  const { given, isVerified } = splitVerifications(attributes);
  return updateAttributes(accounts, user, { given, isVerified }, { caller });
}

export interface UpdatedAttributes {
  user: User;
  deliveries: CodeDelivery[];
}

/** UpdateUserAttributes: what the client may write; a new address gets a code, and is unverified until that is back. */
export async function updateUserAttributes(
  accounts: Accounts,
  client: AppClient,
  user: User,
  attributes: Record<string, string>,
  caller?: Caller,
): Promise<UpdatedAttributes> {
  assertWritable(client, Object.keys(attributes), accounts.settings);
  const changes = { given: attributes, isVerified: {} };
  return updateAttributes(accounts, user, changes, { client, caller });
}

/** AdminDeleteUserAttributes; what is not there is removed as well. */
export function adminDeleteUserAttributes(accounts: Accounts, user: User, names: string[]): User {
  const { settings } = accounts;
  const required = names.find((name) => requiredAttributes(settings).includes(name));
  if (required !== undefined || (isAddressTheName(settings) && names.includes("email"))) {
    throw invalidParameter({ english: messages.cannotBeDeleted(required ?? "email") });
  }
  assertKnown(accounts, names);
  return changeUser(accounts, user, (stored) => without(stored, names));
}

/** DeleteUserAttributes: those that the client may write. */
export function deleteUserAttributes(
  accounts: Accounts,
  client: AppClient,
  user: User,
  names: string[],
): User {
  assertWritable(client, names, accounts.settings);
  return adminDeleteUserAttributes(accounts, user, names);
}

/** GetUserAttributeVerificationCode: a code to the address or telephone that the user has by now. */
export async function getUserAttributeVerificationCode(
  accounts: Accounts,
  user: User,
  attribute: string,
  acting: Acting = {},
): Promise<CodeDelivery> {
  const name = verifiable(attribute);
  if (!accounts.limits.attributeCode.spend(user.sub)) throw attemptLimitExceeded();
  const value = user.attributeCodes?.[name]?.value ?? user.attributes[name];
  if (!value) throw invalidParameter({ english: messages.noSuchValue(name) });
  const texts = await customMessage(accounts, user, "CustomMessage_VerifyUserAttribute", acting);
  return sendAttributeCode(accounts, user, { name, value, texts });
}

/** VerifyUserAttribute: with the right code the address counts as the user's. */
export function verifyUserAttribute(
  accounts: Accounts,
  user: User,
  { attribute, code }: { attribute: string; code: string },
): User {
  const name = verifiable(attribute);
  if (!accounts.limits.verifyAttribute.spend(user.sub)) throw attemptLimitExceeded();
  assertCode(code, user.attributeCodes?.[name], accounts.now());
  return changeUser(accounts, user, ({ attributeCodes = {}, ...stored }) => {
    const { [name]: spent, ...others } = attributeCodes;
    const attributes = { ...stored.attributes, ...(spent?.value && { [name]: spent.value }) };
    return withVerified({ ...stored, attributes, attributeCodes: others }, name, true);
  });
}

/** Throws NotAuthorizedException for an attribute that the client's users may not set. */
export function assertWritable(
  { writeAttributes }: AppClient,
  names: string[],
  settings: PoolSettings,
): void {
  const isWritable = (name: string) =>
    !Object.hasOwn(verifications, name) &&
    (!writeAttributes ||
      writeAttributes.includes(name) ||
      requiredAttributes(settings).includes(name));
  if (names.every(isWritable)) return;
  throw refusal("NotAuthorizedException", messages.unauthorizedAttribute);
}

/** Tells an address from whether it is verified, which administrators send as an attribute of its own. */
export function splitVerifications(attributes: Record<string, string>): {
  given: Record<string, string>;
  isVerified: Partial<Record<VerifiedAttribute, boolean>>;
} {
  const { email_verified: email, phone_number_verified: phoneNumber, ...given } = attributes;
  assertYesOrNo("email_verified", email);
  assertYesOrNo("phone_number_verified", phoneNumber);
  return {
    given,
    isVerified: {
      ...(email !== undefined && { email: isTrue(email) }),
      ...(phoneNumber !== undefined && { phone_number: isTrue(phoneNumber) }),
    },
  };
}

async function updateAttributes(
  accounts: Accounts,
  user: User,
  { given, isVerified }: ReturnType<typeof splitVerifications>,
  acting: Acting,
): Promise<UpdatedAttributes> {
  const removed = Object.keys(given).filter((name) => given[name] === "");
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  assertValid(attributesProblem(set, [], accounts.settings));
  assertMutable(accounts, Object.keys(given));
  const isToldOf = (name: VerifiedAttribute, before: User, changed: User) =>
    isNew(name, before, changed) && !isVerified[name];
  const willTell = Object.values(verifications).some((name) =>
    isToldOf(name, user, withChanges(user, set, isVerified)),
  );
  const source = "CustomMessage_UpdateUserAttribute";
  const texts = willTell ? await customMessage(accounts, user, source, acting) : {};
  return accounts.inOneWrite(() => {
    if (removed.length > 0) adminDeleteUserAttributes(accounts, user, removed);
    const before = accounts.users.get(user.username, user.sub) ?? user;
    const waiting = accounts.settings.keepsUntilVerified.filter(
      (name) => isWaiting(name, before, set) && !isVerified[name],
    );
    const counting = Object.fromEntries(
      Object.entries(set).filter(([name]) => !waiting.some((one) => one === name)),
    );
    const changed = changeUser(accounts, user, (stored) =>
      withChanges(stored, counting, isVerified),
    );
    const unproven = Object.values(verifications).filter((name) => isToldOf(name, before, changed));
    const deliveries = [
      ...unproven.map((name) => {
        const value = changed.attributes[name] ?? "";
        return sendAttributeCode(accounts, changed, { name, value, texts });
      }),
      ...waiting.map((name) => {
        const value = set[name] ?? "";
        return sendAttributeCode(accounts, changed, {
          name,
          value,
          texts,
          countsOnceVerified: true,
        });
      }),
    ];
    return { user: accounts.users.get(user.username, user.sub) ?? changed, deliveries };
  });
}

/** True for another value than a verified one that goes on counting until the new one is verified. */
function isWaiting(
  name: VerifiedAttribute,
  { attributes, emailVerified }: User,
  set: Record<string, string>,
): boolean {
  const isProven = name === "email" ? emailVerified : attributes.phone_number_verified === "true";
  return isProven && set[name] !== undefined && set[name] !== attributes[name];
}

function isNew(name: VerifiedAttribute, before: User, { attributes }: User): boolean {
  return attributes[name] !== undefined && attributes[name] !== before.attributes[name];
}

/** An address that is another one by now is unverified, unless it is said to be verified in the same breath. */
function withChanges(
  user: User,
  set: Record<string, string>,
  isVerified: Partial<Record<VerifiedAttribute, boolean>>,
): User {
  let changed: User = { ...user, attributes: { ...user.attributes, ...set } };
  for (const name of Object.values(verifications)) {
    const verified = isVerified[name] ?? (isNew(name, user, changed) ? false : undefined);
    if (verified === undefined) continue;
    changed = withVerified(changed, name, verified && changed.attributes[name] !== undefined);
  }
  return changed;
}

function without(user: User, names: string[]): User {
  const kept = Object.entries(user.attributes).filter(([name]) => !names.includes(name));
  let changed: User = { ...user, attributes: Object.fromEntries(kept) };
  for (const name of Object.values(verifications)) {
    if (names.includes(name)) changed = withVerified(changed, name, false);
  }
  return changed;
}

function sendAttributeCode(
  accounts: Accounts,
  user: User,
  {
    name,
    value,
    texts,
    countsOnceVerified = false,
  }: { name: VerifiedAttribute; value: string; texts: CustomTexts; countsOnceVerified?: boolean },
): CodeDelivery {
  const code = {
    ...makeConfirmationCode(accounts.now()),
    ...(countsOnceVerified && { value }),
  };
  accounts.inOneWrite(() => {
    changeUser(accounts, user, (stored) => ({
      ...stored,
      attributeCodes: { ...stored.attributeCodes, [name]: code },
    }));
    accounts.inbox.deliverVerificationCode(value, code.code, texts);
  });
  return name === "email" ? byEmail(maskEmail(value)) : bySms(value);
}

function assertMutable({ settings: { schema } }: Accounts, names: string[]): void {
  const fixed = schema.find(({ name, isMutable }) => !isMutable && names.includes(name));
  if (fixed) throw invalidParameter({ english: messages.cannotBeUpdated(fixed.name) });
}

/** Throws InvalidParameterException for an attribute that users of this pool cannot have. */
export function assertKnown({ settings }: Pick<Accounts, "settings">, names: string[]): void {
  const isKnown = (name: string) =>
    isAttributeOf(settings, name) || Object.hasOwn(verifications, name);
  const unknown = names.find((name) => !isKnown(name));
  if (unknown !== undefined) assertValid({ key: "attributeUnknown", values: { name: unknown } });
}

function verifiable(attribute: string): VerifiedAttribute {
  const name = Object.values(verifications).find((known) => known === attribute);
  if (!name) throw invalidParameter({ english: messages.notVerifiable(attribute) });
  return name;
}

function assertYesOrNo(name: string, value = ""): void {
  if (!/^(true|false|)$/i.test(value)) assertValid({ key: "attributeNoBoolean", values: { name } });
}

function isTrue(value: string): boolean {
  return value.toLowerCase() === "true";
}
