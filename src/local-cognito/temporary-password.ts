import { randomInt } from "node:crypto";
import { TEMPORARY_PASSWORD_VALIDITY_DAYS } from "./password-policy.ts";
import type { User } from "./user.ts";

const LETTERS = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "!#%+-=?@_"];
const LENGTH = 12;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Makes a password that meets the policy, of characters that nobody mistakes for one another. */
export function makeTemporaryPassword(): string {
  const characters = LETTERS.map(pick);
  while (characters.length < LENGTH) characters.push(pick(LETTERS.join("")));
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] ?? "", characters[last] ?? ""];
  }
  return characters.join("");
}

/** Until when a temporary password that is given now may be used. */
export function temporaryPasswordEnd(now: number): number {
  return now + TEMPORARY_PASSWORD_VALIDITY_DAYS * DAY_MS;
}

export function hasTemporaryPasswordExpired(user: User, now: number): boolean {
  return user.temporaryPasswordExpiresAt !== undefined && user.temporaryPasswordExpiresAt <= now;
}

function pick(characters: string): string {
  return characters[randomInt(characters.length)] ?? "";
}
