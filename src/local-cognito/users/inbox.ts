import type { PoolDatabase, Table } from "../pool/pool-database.ts";
import type { MessageSettings } from "../pool/pool-settings.ts";

export interface Mail {
  to: string;
  subject: string;
  body: string;
  /** The code, or the temporary password, that the message is about. */
  code: string;
  /** Path and query of the page that takes the code, where the mail has a link in its place. */
  link?: string;
  /** ISO 8601. */
  sentAt: string;
}

/** Texts in place of Cognito's own, with `{####}` where the code stands and `{username}` where the name does. */
export interface CustomTexts {
  emailSubject?: string | undefined;
  emailMessage?: string | undefined;
  smsMessage?: string | undefined;
}

const mostMails = 200;

/** Where every message of local Cognito ends up, since it sends no real e-mail; the oldest give way beyond 200. */
export class Inbox {
  readonly #database: PoolDatabase;
  readonly #mails: Table<Mail>;
  readonly #messages: MessageSettings;
  readonly #now: () => number;
  #next: number;

  constructor(database: PoolDatabase, messages: MessageSettings, now: () => number) {
    this.#database = database;
    this.#messages = messages;
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

  /**
   * Delivers a code to an address or a telephone, in the pool's own words unless there are others. The link is for a pool
   * that mails one in place of the code.
   */
  deliverVerificationCode(
    to: string,
    code: string,
    texts: CustomTexts = {},
    link?: (code: string) => string,
  ): void {
    if (link && this.#messages.link && !isTelephone(to)) {
      this.#deliver("link", to, { code, link: link(code) }, texts);
    } else this.#deliver("code", to, { code }, texts);
  }

  /** Delivers a temporary password, likewise. */
  deliverInvitation(to: string, username: string, password: string, texts: CustomTexts = {}): void {
    this.#deliver("invitation", to, { code: password, username }, texts);
  }

  #deliver(
    kind: keyof MessageSettings,
    to: string,
    { code, username = "", link }: { code: string; username?: string; link?: string },
    { emailSubject, emailMessage, smsMessage }: CustomTexts,
  ): void {
    const own = { ...this.#messages.code, ...this.#messages[kind] };
    const subject = emailSubject ?? own.subject;
    const text = isTelephone(to) ? (smsMessage ?? own.sms) : (emailMessage ?? own.email);
    const places = { "{####}": code, "{username}": username };
    const body = text
      .replaceAll(/\{####\}|\{username\}/g, (place) => places[place as keyof typeof places])
      // Where the pool mails codes, no page is behind a link that a trigger has written.
      .replaceAll(/\{##(.+?)##\}/g, (_place, words) =>
        link === undefined ? `${words}: ${code}` : words,
      );
    this.#keep({ to, subject, body, code, ...(link !== undefined && { link }) });
  }

  #keep(message: Omit<Mail, "sentAt">): void {
    const number = this.#next++;
    const mail: Mail = { ...message, sentAt: new Date(this.#now()).toISOString() };
    this.#database.inOneWrite(() => {
      this.#mails.put(keyOf(number), mail);
      this.#mails.remove(keyOf(number - mostMails));
    });
  }
}

function isTelephone(to: string): boolean {
  return to.startsWith("+");
}

function keyOf(number: number): string {
  return String(number).padStart(12, "0");
}
