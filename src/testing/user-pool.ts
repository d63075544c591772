import type { ClientSettings, PoolSettings } from "../local-cognito/pool/pool-settings.ts";
import type { Claims, StoredSigningKeys, TokenUse } from "../local-cognito/pool/signing-keys.ts";
import type { TriggerFunctions } from "../local-cognito/triggers/events.ts";
import type { Mail } from "../local-cognito/users/inbox.ts";
import type { PasswordCost } from "../local-cognito/users/passwords.ts";
import type { Faults } from "./faults.ts";
import type { ReceivedRequest } from "./received-requests.ts";

export interface UserPoolOptions {
  /**
   * A CloudFormation template, read as local Cognito does; without it the pool is the tutorial's. What would be warned
   * of there is a warning of this process, once.
   */
  template?: string;
  /** In PEM; with it the pool is served by https, for clients that write `https://` themselves. */
  certificate?: { cert: string; key: string };
  /** Values for the template's parameters; those of the others are their defaults. */
  parameters?: Record<string, string>;
  /** What differs from that; `client` of the first client. */
  settings?: Partial<PoolSettings> & { client?: Partial<ClientSettings> };
  /** Further app clients; what they do not say is as the tutorial's has it, without a URL. */
  clients?: (Pick<ClientSettings, "name"> & Partial<ClientSettings>)[];
  /**
   * Where people may be sent back to with a code; more may be added by `register`. All on this machine; default are
   * those of the template that are.
   */
  callbackUrls?: string[];
  /** Where they may be sent after signing out; likewise. */
  signOutUrls?: string[];
  /** Two keys, of `generateSigningKeys` or `keptSigningKeys`; default is a pair made once for the process. */
  signingKeys?: StoredSigningKeys;
  /** What hashing a password costs, in scrypt's terms; default is next to nothing. */
  passwordHashing?: PasswordCost;
  /**
   * Lambda triggers: a function for each, of the test itself, or the path of a module with such functions. They come
   * before those of the template.
   */
  triggers?: string | TriggerFunctions;
  /** Milliseconds; default `Date.now`. */
  now?: () => number;
}

/** A user pool with its hosted pages, in this process and in memory, on a free port of 127.0.0.1. */
export interface TestUserPool {
  /** Stands for `https://PREFIX.auth.REGION.amazoncognito.com`. */
  origin: string;
  issuer: string;
  userPoolId: string;
  clientId: string;
  clientSecret: string;
  /** Every client of the pool, the first one first. */
  clients: { name: string; clientId: string; clientSecret?: string }[];
  /** For an AWS SDK: `new CognitoIdentityProviderClient(pool.sdk)`. It wants some keys, and any will do. */
  sdk: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  /** The address of the JSON API, for SDKs, the AWS CLI and Amplify. */
  endpoint: string;
  /** The same as settings of an app like this project's: COGNITO_DOMAIN, COGNITO_ISSUER, CLIENT_ID, CLIENT_SECRET. */
  environment: Record<string, string>;
  /** Registers further URLs for the client; throws for one that is not on this machine. */
  register(urls: { callbackUrl?: string; signOutUrl?: string }): void;
  /**
   * Puts the user into the pool, or changes the one of that name, and issues tokens and the cookie of the hosted pages.
   * Throws where another user has verified the address.
   */
  signInAs(user: TestUser, request?: { scopes?: string[]; nonce?: string }): Promise<SignedInUser>;
  /**
   * Opens an app's sign-in address in a browser that is signed in here as the user, and follows the redirects through the
   * pool and back. Throws where they end at the pool, with what the pool had to say.
   */
  signInTo(signInUrl: string, user: TestUser): Promise<AppVisit>;
  /** Signs a token of nobody in particular; claims take the place of its own, and undefined leaves one out. */
  mint(use: TokenUse, claims?: Claims): Promise<string>;
  /** Every token from now on is signed with new keys, which the key set has beside the old ones. */
  rotateKeys(): Promise<void>;
  /** What goes wrong on purpose: `pool.faults.expired = true`. */
  faults: Faults;
  /** The last thousand requests, in the order of arrival. Empty it by `pool.requests.length = 0`. */
  requests: ReceivedRequest[];
  /** Every mail that would have been sent, newest first. */
  mails(): Mail[];
  /** The user's second factor and its codes; undefined where there is none. Throws where there is no such user. */
  authenticatorApp(username: string): Promise<TestAuthenticatorApp | undefined>;
  /** Ends every connection; nothing is left. */
  close(): Promise<void>;
}

/** Somebody's authenticator app, as a telephone would have it. */
export interface TestAuthenticatorApp {
  /** Base32. Undefined, as is all but `pending`, where the first app is still being set up. */
  secret?: string;
  /** The next code that the pool takes; undefined where every code of the moment has been used. */
  code?: string | undefined;
  deviceName?: string | undefined;
  /** Whether a sign-in asks for it. */
  isOn?: boolean;
  /** An app that counts once the user has proved it with this code. */
  pending?: { secret: string; code: string };
}

/** Somebody who is to be in the pool, with a confirmed account. */
export interface TestUser {
  username: string;
  /** As tokens have them: `{ "custom:team": "blue" }`; the address stays unless there is another, at first one of example.org. */
  attributes?: Record<string, string>;
  /** At first true. */
  emailVerified?: boolean;
  groups?: string[];
  /** For signing in on the pool's own page; without it nothing is hashed, and no password is the right one. */
  password?: string;
}

/** Somebody who is signed in at the pool. */
export interface SignedInUser {
  username: string;
  sub: string;
  /** Empty where the scopes lack `openid`. */
  idToken: string;
  accessToken: string;
  refreshToken: string;
  expiresInSeconds: number;
  /** What a browser needs so that the pool asks it for no password: `await context.addCookies(cookies)` in Playwright. */
  cookies: BrowserCookie[];
}

/** Where a sign-in to an app ended: the app's page, and the browser's cookies there. */
export interface AppVisit {
  url: string;
  status: number;
  text: string;
  /** The app's cookies as a Cookie header, for requests as this user. */
  cookie: string;
  /** The same, one by one. */
  cookies: BrowserCookie[];
}

/** A cookie as Playwright's `addCookies` and others take it. */
export interface BrowserCookie {
  name: string;
  value: string;
  url: string;
}
