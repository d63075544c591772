import { createHash, randomBytes } from "node:crypto";
import { ExpiringMap } from "../pool/expiring-map.ts";
import type { PoolDatabase, Table } from "../pool/pool-database.ts";
import type { IdentityProviderSettings } from "../pool/pool-settings.ts";
import { keyOf } from "../users/user.ts";
import { type ProviderClaims, providerProfiles } from "./identity-providers.ts";

interface Account {
  providerName: string;
  /** With the id among them. */
  claims: ProviderClaims;
  /** ISO 8601. */
  usedAt: string;
}

const codeLifetimeMs = 5 * 60 * 1000;
const mostAccounts = 10; // At each provider.

/** The people whom the stand-ins for providers know, and the codes with which they vouch for one of them. */
export class ProviderAccounts {
  readonly #database: PoolDatabase;
  readonly #accounts: Table<Account>;
  readonly #codes: ExpiringMap<Account>;
  readonly #now: () => number;

  constructor(database: PoolDatabase, now: () => number) {
    this.#database = database;
    this.#accounts = database.table("provider-accounts");
    this.#codes = new ExpiringMap({ lifetimeMs: codeLifetimeMs, capacity: 1_000, now });
    this.#now = now;
  }

  /** The ten people who have signed in at that provider last, the very last one first. */
  list({ name }: IdentityProviderSettings): ProviderClaims[] {
    return this.#newestFirst(name).map(({ value }) => value.claims);
  }

  /**
   * Returns a code for the account with that e-mail address, or with that name if no address is given. The same address is
   * the same account, and takes over what is said of it now.
   */
  signIn({ name, type }: IdentityProviderSettings, typed: ProviderClaims): string {
    const { idClaim, idOf } = providerProfiles[type];
    const id = idOf(digitsOf(`${type} ${keyOf(typed.email ?? typed.name ?? "")}`));
    const claims = { [idClaim]: id, ...typed };
    const usedAt = new Date(this.#now()).toISOString();
    const account = { providerName: name, claims, usedAt };
    this.#database.inOneWrite(() => {
      this.#accounts.put(`${name} ${id}`, account);
      for (const { key } of this.#newestFirst(name).slice(mostAccounts)) this.#accounts.remove(key);
    });
    const code = randomBytes(32).toString("base64url");
    this.#codes.set(code, account);
    return code;
  }

  /** Returns the provider's claims for its own code, once; undefined for any other. */
  redeem({ name }: IdentityProviderSettings, code: string): ProviderClaims | undefined {
    const account = this.#codes.take(code);
    return account?.providerName === name ? account.claims : undefined;
  }

  #newestFirst(providerName: string) {
    return this.#accounts
      .entries()
      .filter(({ value }) => value.providerName === providerName)
      .sort((a, b) => b.value.usedAt.localeCompare(a.value.usedAt));
  }
}

/** Providers number people; ours have the same number in every pool and after every restart. */
function digitsOf(text: string): string {
  const hash = createHash("sha256").update(text).digest("hex");
  return BigInt(`0x${hash}`).toString().slice(-20).padStart(20, "0");
}
