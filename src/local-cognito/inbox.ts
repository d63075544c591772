import type { Database } from "lmdb";
import type { PoolDatabase } from "./pool-database.ts";

export interface Mail {
  to: string;
  subject: string;
  body: string;
  code: string;
  /** ISO 8601. */
  sentAt: string;
}

const CAPACITY = 200;

/** Where every message of local Cognito ends up, since it sends no real e-mail; the oldest give way beyond 200. */
export class Inbox {
  readonly #mails: Database<Mail, string>;
  readonly #now: () => number;
  #next: number;

  constructor(database: PoolDatabase, now: () => number) {
    this.#mails = database.table<Mail>("inbox");
    this.#now = now;
    const [newest] = this.#mails.getKeys({ reverse: true, limit: 1 });
    this.#next = Number(newest ?? 0) + 1;
  }

  /** Every message, the newest first. */
  list(): Mail[] {
    return [...this.#mails.getRange({ reverse: true })].map(({ value }) => value);
  }

  /** Delivers a code in the words of Cognito's default template. */
  async deliverVerificationCode(to: string, code: string): Promise<void> {
    const number = this.#next++;
    const mail: Mail = {
      to,
      subject: "Your verification code",
      body: `Your verification code is ${code}. `,
      code,
      sentAt: new Date(this.#now()).toISOString(),
    };
    await Promise.all([
      this.#mails.put(keyOf(number), mail),
      this.#mails.remove(keyOf(number - CAPACITY)),
    ]);
  }
}

function keyOf(number: number): string {
  return String(number).padStart(12, "0");
}
