import { assumptions } from "../assumptions.ts";
import { HourlyLimit } from "./hourly-limit.ts";

/**
 * Limits how often a code is asked for or tried. Tries at one account count together, whatever name was typed;
 * what is told follows from the typed name alone, so that it tells nothing about whose name that is.
 */
export class RecoveryLimit {
  readonly #typedNames: HourlyLimit;
  readonly #accounts: HourlyLimit;

  constructor(now: () => number) {
    this.#typedNames = new HourlyLimit(assumptions.recoveryTriesPerHour, now);
    this.#accounts = new HourlyLimit(assumptions.recoveryTriesPerHour, now);
  }

  /** Counts one try under a typed name. If false, the answer may say that there were too many. */
  spendTypedName(key: string): boolean {
    return this.#typedNames.spend(key);
  }

  /** Counts one try at an account. If false, the attempt must fail, and the answer must not show why. */
  spendAccount(key: string): boolean {
    return this.#accounts.spend(key);
  }
}
