import { createHash, randomUUID } from "node:crypto";
import type { AppClient } from "../../pool/clients.ts";
import { ExpiringMap } from "../../pool/expiring-map.ts";
import type { Pool } from "../../pool.ts";
import type { ChallengeResult } from "../../triggers/events.ts";
import type { User } from "../../users/user.ts";
import { ApiException } from "../exceptions.ts";
import { Seal } from "./sealed.ts";

export type ChallengeName =
  | "CUSTOM_CHALLENGE"
  | "EMAIL_OTP"
  | "MFA_SETUP"
  | "NEW_PASSWORD_REQUIRED"
  | "PASSWORD_VERIFIER"
  | "SELECT_CHALLENGE"
  | "SIGNED_UP"
  | "SOFTWARE_TOKEN_MFA";

/** What somebody is in the middle of: who they are, and which answer is waited for. */
export interface AuthStep {
  username: string;
  sub: string;
  challenge: ChallengeName;
  /** MFA_SETUP: what an authenticator app was told. */
  secret?: string;
  /** MFA_SETUP: the app has shown that it has the secret. */
  isVerified?: boolean;
  /** CUSTOM_CHALLENGE, and what belongs to the same sign-in: under which id its state is kept. */
  customId?: string;
  /** EMAIL_OTP: the code that was mailed. */
  code?: string;
}

/** What triggers have said of a custom sign-in so far. */
export interface CustomSignIn {
  results: ChallengeResult[];
  privateParameters: Record<string, string>;
  metadata: string | undefined;
}

interface Sealed extends AuthStep {
  id: string;
  clientId: string;
  /** Milliseconds. */
  expiresAt: number;
}

/** AWS's own begin with this. */
const prefix = "AYABe";
const longestMs = 15 * 60 * 1000;

/** The `Session` of a challenge: sealed, for one client, for so many minutes as the client says, and good once. */
export class AuthSessions {
  /** Custom sign-ins under way, by `customId`: what a trigger keeps to itself would make a session too long. */
  readonly custom: ExpiringMap<CustomSignIn>;
  readonly #seal: Seal;
  readonly #spent: ExpiringMap<true>;
  readonly #now: () => number;

  constructor(pool: Pick<Pool, "secretFor" | "now">) {
    this.#seal = new Seal(pool.secretFor("auth-session"));
    this.#spent = new ExpiringMap({ lifetimeMs: longestMs, capacity: 100_000, now: pool.now });
    this.custom = new ExpiringMap({ lifetimeMs: longestMs, capacity: 10_000, now: pool.now });
    this.#now = pool.now;
  }

  issue(
    { username, sub }: Pick<User, "username" | "sub">,
    client: AppClient,
    step: Omit<AuthStep, "username" | "sub">,
  ): string {
    const expiresAt = this.#now() + client.authSessionMinutes * 60_000;
    const { clientId } = client;
    const sealed = this.#seal.seal({
      username,
      sub,
      ...step,
      id: randomUUID(),
      clientId,
      expiresAt,
    });
    return prefix + sealed.toString("base64url");
  }

  /** Returns what a session stands for; throws ApiException unless it is this client's, in time, and not spent. */
  read(session: string, clientId?: string): AuthStep & { id: string; clientId: string } {
    const text = session.startsWith(prefix) ? session.slice(prefix.length) : "";
    const bytes = Buffer.from(text, "base64url");
    // Of its many spellings, only the one that was issued counts.
    const step = bytes.toString("base64url") === text ? this.#seal.open<Sealed>(bytes) : undefined;
    if (!step || (clientId ?? step.clientId) !== step.clientId) throw invalidSession();
    if (step.expiresAt <= this.#now())
      throw notAuthorized("Invalid session for the user, session is expired.");
    if (this.#spent.get(step.id)) {
      throw notAuthorized("Invalid session for the user, session can only be used once.");
    }
    return step;
  }

  spend({ id }: { id: string }): void {
    this.#spent.set(id, true);
  }

  /** The same for what goes without a session; false the second time. */
  spendBlock(block: string): boolean {
    const id = createHash("sha256").update(block).digest("base64");
    if (this.#spent.get(id)) return false;
    this.#spent.set(id, true);
    return true;
  }
}

export function invalidSession(reason?: string): ApiException {
  return notAuthorized("Invalid session for the user.", reason);
}

export function notAuthorized(message: string, reason = message): ApiException {
  return new ApiException("NotAuthorizedException", message, { reason });
}
