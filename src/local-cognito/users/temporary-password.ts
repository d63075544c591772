import { randomInt } from "node:crypto";
import type { PasswordPolicy } from "../pool/pool-settings.ts";
import type { User } from "./user.ts";

const alphabets = [
  "ABCDEFGHJKLMNPQRSTUVWXYZ",
  "abcdefghijkmnopqrstuvwxyz",
  "23456789",
  "!#%+-=?@_",
];
const usualLength = 12;
const dayMs = 24 * 60 * 60 * 1000;

/** Makes a password that meets the policy, of characters that nobody mistakes for one another. */
export function makeTemporaryPassword({ minimumLength }: PasswordPolicy): string {
  const characters = alphabets.map(pick);
  while (characters.length < Math.max(usualLength, minimumLength))
    characters.push(pick(alphabets.join("")));
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] ?? "", characters[last] ?? ""];
  }
  return characters.join("");
}

/** Until when a temporary password that is given now may be used. */
export function temporaryPasswordEnd(
  now: number,
  { temporaryPasswordValidityDays }: PasswordPolicy,
): number {
  return now + temporaryPasswordValidityDays * dayMs;
}

export function hasTemporaryPasswordExpired(user: User, now: number): boolean {
  return user.temporaryPasswordExpiresAt !== undefined && user.temporaryPasswordExpiresAt <= now;
}

function pick(characters: string): string {
  return characters[randomInt(characters.length)] ?? "";
}
