import type { Request, Response } from "express";
import { createOwnAccount, type OwnAccount } from "../cognito/account/user-account.ts";
import type { User } from "../cognito/user.ts";
import { AppError } from "../errors.ts";
import { requestIdOf } from "../request/request-id.ts";
import { type AccessTokens, accessTokenOf } from "../session/access-tokens.ts";
import { needsRenewal, type Session } from "../session/session.ts";
import { type LoginUrlOptions, loginUrl } from "./login-url.ts";
import type { Services } from "./services.ts";

declare global {
  namespace Express {
    interface Request {
      /** Who is there, on every request behind `app.use(signIn)`; in error handlers, too. */
      signIn: RequestSignIn;
    }
  }
}

/** `req.signIn`: the visitor of one request. Each member can be taken off it: `const { user, loginUrl } = req.signIn`. */
export interface RequestSignIn {
  /** Undefined where nobody is signed in. */
  readonly user: User | undefined;
  /** When the visitor last proved who they are to Cognito. */
  readonly signedInAt: Date | undefined;
  /** True where somebody may be signed in, and the session store could not be asked. */
  readonly isUserUnknown: boolean;
  /**
   * The visitor's access token, for calls to an API of yours. It is renewed where it has run out, stays in memory, and is no
   * business of the browser's. Rejects with an error whose `status` is 401 where nobody is signed in (any more).
   */
  readonly accessToken: () => Promise<string>;
  /**
   * What the visitor may do with their own account at the user pool: the calls that take an access token. They need the scope
   * `aws.cognito.signin.user.admin`, and reject as `accessToken()` does where nobody is signed in.
   */
  readonly pool: OwnAccount;
  /** A link that signs in: by default to where a sign-in ends that names no page. */
  readonly loginUrl: (options?: LoginUrlOptions) => string;
  /** A link, or the action of a form that is posted, that signs out. */
  readonly logoutUrl: string;
}

/** What one request has to do with the sign-in that it was handed to. */
export class Visit implements RequestSignIn {
  readonly #req: Request;
  readonly #res: Response;
  readonly #owner: VisitOwner;
  #session: Session | undefined;
  #user: User | undefined;
  #state: "not asked" | "unknown" | "known" = "not asked";
  #failure: unknown;
  #pool: OwnAccount | undefined;

  readonly accessToken = (): Promise<string> => this.#accessToken(() => {});
  readonly loginUrl = (options: LoginUrlOptions = {}): string =>
    loginUrl(this.#owner.settings, options);

  constructor(req: Request, res: Response, owner: VisitOwner) {
    this.#req = req;
    this.#res = res;
    this.#owner = owner;
  }

  /** A copy: the session is shared with other requests, and an app may write to what it is given. */
  get user(): User | undefined {
    const user = this.#session?.user;
    this.#user ??= user && { ...user, groups: [...user.groups] };
    return this.#user;
  }

  get signedInAt(): Date | undefined {
    const { authenticatedAt, createdAt } = this.#session ?? {};
    const at = authenticatedAt ?? createdAt;
    return at === undefined ? undefined : new Date(at);
  }

  get isUserUnknown(): boolean {
    return this.#state === "unknown";
  }

  get pool(): OwnAccount {
    this.#pool ??= createOwnAccount(
      async (...call) => (await this.#owner.ready()).relyingParty.callUserPool(...call),
      {
        accessToken: () => this.accessToken(),
        renewedAccessToken: () => this.#accessToken((tokens, id) => tokens.forget(id)),
      },
    );
    return this.#pool;
  }

  async #accessToken(before: (tokens: AccessTokens, id: string) => void): Promise<string> {
    const services = await this.#owner.ready();
    const id = services.sessionCookie.read(this.#req.headers.cookie);
    if (id === undefined) throw new AppError("sign_in_required");
    before(services.accessTokens, id);
    return await accessTokenOf(id, requestIdOf(this.#req), services);
  }

  get logoutUrl(): string {
    return this.#owner.settings.paths.logout;
  }

  isOf(owner: object): boolean {
    return this.#owner === owner;
  }

  /** Looks up who is there; where the store fails, nobody is, and `session()` tells. Never rejects. */
  async greet(services: Services | undefined): Promise<void> {
    this.#state = "unknown";
    if (!services) return;
    try {
      this.#session = await currentSession(services, this.#req, this.#res);
      this.#state = "known";
    } catch (error) {
      this.#failure = error;
    }
  }

  /** The session of the visitor, for guards: waits until it can be read, and rejects as `currentSession` does. */
  async session(): Promise<Session | undefined> {
    if (this.#state !== "known" && !this.#failure) await this.greet(await this.#owner.ready());
    if (this.#failure) throw this.#failure;
    return this.#session;
  }

  /**
   * Looks up who is there as it is stored, for error handlers: a renewal would wait once more for a Cognito that may have
   * just failed. Nothing is asked where that is known. Never rejects.
   */
  async lookUp(): Promise<void> {
    if (this.#state !== "not asked") return;
    this.#state = "unknown";
    try {
      this.become(await storedSession(await this.#owner.ready(), this.#req));
    } catch (error) {
      this.#failure = error;
    }
  }

  /** The answer to this request makes the visitor somebody else, or nobody. */
  become(session: Session | undefined): void {
    this.#session = session;
    this.#user = undefined;
    this.#state = "known";
  }
}

/** Tells the visit of a request whom its answer makes of the visitor; undefined: nobody. */
export function noteVisitor({ signIn }: Request, session: Session | undefined): void {
  if (signIn instanceof Visit) signIn.become(session);
}

/** The sign-in that a visit belongs to. */
export interface VisitOwner {
  settings: Services["settings"];
  /** Rejects with AppError `not_ready` where it cannot serve for the moment. */
  ready(): Promise<Services>;
}

/** What it takes to know who is there. */
type SessionReading = Pick<
  Services,
  "sessionCookie" | "sessions" | "renewals" | "pendingSignIns" | "now"
>;

/**
 * The session of a request, renewed where its ID token has run out, or undefined; a cookie of ours that leads to none is
 * taken back, and one that we did not make is left alone. A visitor without the cookie costs nothing. Rejects with
 * AppError `store_unavailable`, and then leaves the cookie alone.
 */
export async function currentSession(
  { sessionCookie, sessions, renewals, pendingSignIns, now }: SessionReading,
  req: Request,
  res: Response,
): Promise<Session | undefined> {
  const { cookie } = req.headers;
  const id = sessionCookie.read(cookie);
  if (id === undefined) return undefined;
  const visited = await sessions.visit(id);
  const session =
    visited && needsRenewal(visited, now()) ? await renewals.renew(id, requestIdOf(req)) : visited;
  // A sign-in that ends in another tab meanwhile sets its cookie under the same name: that one must stay (CC-1).
  if (!session && pendingSignIns.read(cookie).every(({ isLate }) => isLate)) {
    res.clearCookie(sessionCookie.name, sessionCookie.options);
  }
  return session;
}

/** The session of a request as it is stored, for whoever only looks at it or is about to end it: it is not renewed. */
export async function storedSession(
  { sessionCookie, sessions }: Pick<Services, "sessionCookie" | "sessions">,
  req: Request,
): Promise<Session | undefined> {
  const id = sessionCookie.read(req.headers.cookie);
  return id === undefined ? undefined : await sessions.read(id);
}
