import { createHash, createHmac, getDiffieHellman, randomBytes } from "node:crypto";
import type { TestPool } from "../../support/pool.ts";
import { type ApiAnswer, call, refusal } from "./calls.ts";

const N = BigInt(`0x${getDiffieHellman("modp15").getPrime("hex")}`);
const g = 2n;

/** The client's half of SRP, written down anew for the tests. */
export class SrpClient {
  readonly #a = BigInt(`0x${randomBytes(32).toString("hex")}`);
  readonly A = power(g, this.#a).toString(16);

  /** The answer to PASSWORD_VERIFIER. */
  answer(
    pool: TestPool,
    challenge: Record<string, string>,
    password: string,
    now = new Date(pool.clock.ms),
  ): Record<string, string> {
    const { SALT = "", SRP_B = "", SECRET_BLOCK = "", USER_ID_FOR_SRP: user = "" } = challenge;
    const poolName = pool.userPoolId.split("_")[1] ?? "";
    const k = toNumber(sha256(bytesOf(N), bytesOf(g)));
    const u = toNumber(sha256(bytesOf(fromHex(this.A)), bytesOf(fromHex(SRP_B))));
    const x = toNumber(
      sha256(bytesOf(fromHex(SALT)), sha256(Buffer.from(`${poolName}${user}:${password}`))),
    );
    const base = (((fromHex(SRP_B) - k * power(g, x)) % N) + N) % N;
    const S = power(base, this.#a + u * x);
    const extracted = hmac(bytesOf(u), bytesOf(S));
    const key = hmac(extracted, Buffer.from("Caldera Derived Key\u0001")).subarray(0, 16);
    const TIMESTAMP = timestampOf(now);
    const message = Buffer.concat([
      Buffer.from(poolName + user),
      Buffer.from(SECRET_BLOCK, "base64"),
      Buffer.from(TIMESTAMP),
    ]);
    return {
      USERNAME: user,
      PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
      PASSWORD_CLAIM_SIGNATURE: hmac(key, message).toString("base64"),
      TIMESTAMP,
    };
  }
}

/** Begins a sign-in by SRP. */
export async function beginSrp(
  pool: TestPool,
  USERNAME: string,
): Promise<{ client: SrpClient; begun: ApiAnswer["body"] }> {
  const client = new SrpClient();
  const AuthParameters = { USERNAME, SRP_A: client.A };
  const input = { AuthFlow: "USER_SRP_AUTH", ClientId: pool.clientId, AuthParameters };
  return { client, begun: await call(pool, "InitiateAuth", input) };
}

/** Signs in by SRP, as far as the answer to the proof. */
export async function signInBySrp(
  pool: TestPool,
  username: string,
  password: string,
): Promise<ApiAnswer["body"]> {
  return call(pool, "RespondToAuthChallenge", await proofOf(pool, username, password));
}

/** The same where it has to be refused. */
export async function srpRefusal(
  pool: TestPool,
  username: string,
  password: string,
): Promise<string> {
  return refusal(pool, "RespondToAuthChallenge", await proofOf(pool, username, password));
}

export async function proofOf(pool: TestPool, username: string, password: string) {
  const { client, begun } = await beginSrp(pool, username);
  const ChallengeResponses = client.answer(pool, begun.ChallengeParameters, password);
  return { ChallengeName: "PASSWORD_VERIFIER", ClientId: pool.clientId, ChallengeResponses };
}

export function timestampOf(date: Date): string {
  const [day, number, month, year, time] = date.toUTCString().replace(",", "").split(" ");
  return `${day} ${month} ${Number(number)} ${time} UTC ${year}`;
}

/** Base to the exponent modulo N. */
export function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base % N];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % N;
    square = (square * square) % N;
  }
  return result;
}

function bytesOf(number: bigint): Buffer {
  const hex = number.toString(16);
  const even = hex.length % 2 ? `0${hex}` : hex;
  return Buffer.from(Number.parseInt(even.slice(0, 2), 16) > 127 ? `00${even}` : even, "hex");
}

function fromHex(hex: string): bigint {
  return BigInt(`0x${hex}`);
}

function toNumber(bytes: Buffer): bigint {
  return fromHex(bytes.toString("hex"));
}

function sha256(...parts: Buffer[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}

function hmac(key: Buffer, message: Buffer): Buffer {
  return createHmac("sha256", key).update(message).digest();
}
