import type { Response } from "express";
import type { Accounts } from "../accounts/accounts.ts";
import { nameShown } from "../users/identifier.ts";
import { otpauthAddress } from "../users/totp.ts";

/** Readers want four modules (ISO 18004 §5.3.8). */
const margin = 4;

/** Answers with the picture from which an authenticator app learns the secret; like every page here, in no cache. */
export async function sendQrCode(
  res: Response,
  pool: Pick<Accounts, "users" | "settings">,
  username: string,
  secret: string,
): Promise<void> {
  const { renderSVG } = await import("uqr");
  const address = otpauthAddressOf(pool, username, secret);
  res.type("svg").send(renderSVG(address, { ecc: "M", border: margin }));
}

/** The same as an address, with the names that the app is to show: those of the pool and of the user. */
export function otpauthAddressOf(
  pool: Pick<Accounts, "users" | "settings">,
  username: string,
  secret: string,
): string {
  const user = pool.users.get(username);
  const label = user ? nameShown(user, pool.settings) : username;
  return otpauthAddress(secret, { issuer: pool.settings.poolName, label });
}

/** The secret as people read and type it: apps ignore the spaces. */
export function inGroups(secret: string): string {
  return (secret.match(/.{1,4}/g) ?? []).join(" ");
}
