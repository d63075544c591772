import type { PoolDatabase, Table } from "../pool/pool-database.ts";

export interface Mail {
  to: string;
  subject: string;
  body: string;
  /** The code, or the temporary password, that the message is about. */
  code: string;
  /** ISO 8601. */
  sentAt: string;
}

const mostMails = 200;

/** Where every message of local Cognito ends up, since it sends no real e-mail; the oldest give way beyond 200. */
export class Inbox {
  readonly #database: PoolDatabase;
  readonly #mails: Table<Mail>;
  readonly #now: () => number;
  #next: number;

  constructor(database: PoolDatabase, now: () => number) {
    this.#database = database;
    this.#mails = database.table<Mail>("inbox");
    this.#now = now;
    const newest = this.#mails.entries().at(-1);
    this.#next = Number(newest?.key ?? 0) + 1;
  }

  /** Every message, the newest first. */
  list(): Mail[] {
    const mails = this.#mails.entries().map(({ value }) => value);
    return mails.reverse();
  }

  /** Delivers a code in the words of Cognito's default template. */
  deliverVerificationCode(to: string, code: string): void {
    const body = `Your verification code is ${code}. `;
    this.#deliver({ to, subject: "Your verification code", body, code });
  }

  /** Delivers a temporary password in the words of Cognito's default template. */
  deliverInvitation(to: string, username: string, password: string): void {
    const body = `Your username is ${username} and temporary password is ${password}. `;
    this.#deliver({ to, subject: "Your temporary password", body, code: password });
  }

  #deliver(message: Omit<Mail, "sentAt">): void {
    const number = this.#next++;
    const mail: Mail = { ...message, sentAt: new Date(this.#now()).toISOString() };
    this.#database.inOneWrite(() => {
      this.#mails.put(keyOf(number), mail);
      this.#mails.remove(keyOf(number - mostMails));
    });
  }
}

function keyOf(number: number): string {
  return String(number).padStart(12, "0");
}
