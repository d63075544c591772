import { hkdfSync } from "node:crypto";
import type { AppClient } from "../../pool/clients.ts";
import type { Pool } from "../../pool.ts";
import {
  beginSrp,
  isSrpSignature,
  isUsableA,
  poolNameOf,
  type SrpChallenge,
  type SrpVerifier,
  srpKey,
} from "../../users/srp.ts";
import type { User } from "../../users/user.ts";
import { invalidSession, notAuthorized } from "../authentication/auth-sessions.ts";
import { type Parameters, parameter } from "../authentication/parameters.ts";
import { Seal } from "../authentication/sealed.ts";
import { ApiException } from "../exceptions.ts";
import { isTimestampBetween } from "./srp-timestamp.ts";

/** What goes to the client and comes back: it cannot read it, and nothing has to be kept for it here. */
interface SecretBlock extends SrpChallenge, SrpVerifier {
  /** Undefined where there is no such user, or none with a password. */
  sub?: string;
  username: string;
  clientId: string;
  A: string;
  /** Milliseconds. */
  madeAt: number;
}

/** Makes the first answer: everything in it looks the same for a user who does not exist. */
export function srpChallenge(
  pool: Pool,
  client: AppClient,
  { typedName, user, A }: { typedName: string; user: User | undefined; A: string },
): Parameters {
  if (!isUsableA(A)) {
    throw new ApiException(
      "InvalidParameterException",
      "SRP_A is not a number that a proof can begin with.",
    );
  }
  const known = user?.password?.srp;
  const username = user?.username ?? madeUpName(pool, typedName);
  const verifier = known ?? madeUpVerifier(pool, username);
  const challenge = beginSrp(verifier);
  const block: SecretBlock = {
    ...verifier,
    ...challenge,
    ...(known && user && { sub: user.sub }),
    username,
    clientId: client.clientId,
    A,
    madeAt: pool.now(),
  };
  return {
    SALT: verifier.salt,
    SECRET_BLOCK: sealOf(pool).seal(block).toString("base64"),
    SRP_B: challenge.B,
    USERNAME: username,
    USER_ID_FOR_SRP: username,
  };
}

/**
 * Returns the user who has proven the password; throws ApiException. Wrong proofs count as wrong passwords do, under
 * the same names.
 */
export async function provenUser(
  pool: Pool,
  client: AppClient,
  responses: Parameters,
  spendOnce: (id: string) => boolean,
): Promise<User> {
  const text = parameter(responses, "PASSWORD_CLAIM_SECRET_BLOCK");
  const signature = parameter(responses, "PASSWORD_CLAIM_SIGNATURE");
  const timestamp = parameter(responses, "TIMESTAMP");
  const typedName = parameter(responses, "USERNAME");
  const secretBlock = Buffer.from(text, "base64");
  const block = sealOf(pool).open<SecretBlock>(secretBlock);
  if (block?.clientId !== client.clientId)
    throw invalidSession("The secret block is not this client's.");
  if ((pool.users.find(typedName)?.username ?? typedName) !== block.username) {
    throw invalidSession("USERNAME is not whom the challenge was made for.");
  }
  if (block.madeAt + client.authSessionMinutes * 60_000 <= pool.now()) {
    throw notAuthorized("Invalid session for the user, session is expired.");
  }
  if (!spendOnce(text)) {
    throw notAuthorized("Invalid session for the user, session can only be used once.");
  }
  const identity = { poolName: poolNameOf(pool.userPoolId), username: block.username };
  const isInTime = isTimestampBetween(timestamp, { from: block.madeAt, until: pool.now() });
  const account = pool.users.keyOf(block.username);
  const outcome = await pool.lockOut.attempt({ typedName: account, account }, async () => {
    const isRight = isSrpSignature(srpKey(block, block, block.A), identity, {
      secretBlock,
      timestamp,
      signature,
    });
    return isRight && isInTime && block.sub !== undefined;
  });
  if (outcome === "locked") throw notAuthorized("Password attempts exceeded");
  const user = block.sub === undefined ? undefined : pool.users.get(block.username, block.sub);
  if (outcome === "right" && user) return user;
  throw notAuthorized("Incorrect username or password.", reasonFor(pool, block, isInTime));
}

function reasonFor(pool: Pool, { sub, username }: SecretBlock, isInTime: boolean): string {
  if (!isInTime) return "TIMESTAMP is not a time since the challenge, five minutes more or less.";
  const user = pool.users.get(username);
  if (sub === undefined && user?.password && !user.password.srp) {
    return "The password was stored before there was SRP here. Sign in once where the password is typed, or set it anew.";
  }
  return "Incorrect username or password.";
}

function sealOf(pool: Pool): Seal {
  return new Seal(pool.secretFor("srp-secret-block"));
}

/** Always the same one for a name, and of the form that a `sub` has. */
function madeUpName(pool: Pool, typedName: string): string {
  const hex = madeUp(pool, `name ${pool.users.keyOf(typedName)}`, 16);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20)].join("-");
}

/** Always the same salt for a name; no password belongs to the verifier. */
function madeUpVerifier(pool: Pool, username: string): SrpVerifier {
  return {
    salt: madeUp(pool, `salt ${username}`, 16),
    verifier: madeUp(pool, `verifier ${username}`, 384),
  };
}

function madeUp(pool: Pool, what: string, bytes: number): string {
  const made = hkdfSync("sha256", pool.secretFor("made-up-users"), "", what, bytes);
  return Buffer.from(made).toString("hex");
}
