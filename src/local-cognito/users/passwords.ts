import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { makeSrpVerifier, poolNameOf, type SrpVerifier } from "./srp.ts";

export interface PasswordCost {
  N: number;
  r: number;
  p: number;
}

export interface StoredPassword extends PasswordCost {
  salt: string;
  hash: string;
  /** For sign-ins that never show the password; easier to guess from than the hash, and kept in the same place. */
  srp?: SrpVerifier;
}

/** 16 MiB and five passes: as strong as N=2^17, p=1, with an eighth of the memory. */
export const defaultPasswordCost: PasswordCost = { N: 2 ** 14, r: 8, p: 5 };

/** libuv has four threads; two stay free, so that signing and the database never wait for hashing. */
const hashesAtOnce = 2;
const hashBytes = 32;
const scryptAsync = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

export interface Passwords {
  /** Hashes under a fresh salt, for the user of that name. */
  hash(password: string, username: string): Promise<StoredPassword>;
  /** Tells whether the password is the stored one; takes as long when there is none. */
  verify(password: string, stored: StoredPassword | undefined): Promise<boolean>;
  /** Makes what a user of that name needs in order to prove a password without showing it. */
  srpVerifier(password: string, username: string): SrpVerifier;
}

/** Hashes passwords with scrypt, off the main thread and a few at a time. */
export function createPasswords(cost: PasswordCost, userPoolId: string): Passwords {
  const poolName = poolNameOf(userPoolId);
  const srpVerifier = (password: string, username: string) =>
    makeSrpVerifier({ poolName, username }, password);
  const inTurn = createTurns(hashesAtOnce);
  const dummy: StoredPassword = {
    ...cost,
    salt: randomBytes(16).toString("base64"),
    hash: randomBytes(hashBytes).toString("base64"),
  };
  return {
    hash: async (password, username) => {
      const stored = await inTurn(() => hashPassword(password, cost));
      return { ...stored, srp: srpVerifier(password, username) };
    },
    verify: (password, stored) => inTurn(() => isPassword(password, stored ?? dummy)),
    srpVerifier,
  };
}

async function hashPassword(password: string, cost: PasswordCost): Promise<StoredPassword> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost);
  return { ...cost, salt: salt.toString("base64"), hash: hash.toString("base64") };
}

async function isPassword(password: string, stored: StoredPassword): Promise<boolean> {
  const hash = await derive(password, Buffer.from(stored.salt, "base64"), stored);
  return timingSafeEqual(hash, Buffer.from(stored.hash, "base64"));
}

function derive(password: string, salt: Buffer, { N, r, p }: PasswordCost): Promise<Buffer> {
  return scryptAsync(password, salt, hashBytes, { N, r, p, maxmem: 256 * r * (N + p + 2) });
}

function createTurns(atOnce: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running < atOnce) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      // Whoever waits takes over this place; only without a successor does it become free.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
