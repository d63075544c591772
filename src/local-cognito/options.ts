import type { PoolSettings } from "./pool/pool-settings.ts";
import type { StoredSigningKeys } from "./pool/signing-keys.ts";
import type { TriggerFunctions } from "./triggers/events.ts";
import type { PasswordCost } from "./users/passwords.ts";

export interface LocalCognitoOptions {
  /** Made (0700) if need be; holds the database. Undefined keeps everything in memory, and nothing of it. */
  dataDirectory: string | undefined;
  /** Default 4300; 0 picks a free port. */
  port?: number;
  /** Default 127.0.0.1; one that is not loopback, such as 0.0.0.0 in a container, needs `publicUrl` as well. */
  host?: string;
  /** Where the pool is found, such as `http://cognito.local:4300`: its issuer and its endpoints then begin with that. */
  publicUrl?: string | undefined;
  /** In PEM; with it the pool is served by https. */
  certificate?: { cert: string; key: string } | undefined;
  /** The callback URLs of the first client, in place of those of its settings; all on loopback. */
  callbackUrls?: string[] | undefined;
  /** The same for its sign-out URLs. */
  signOutUrls?: string[] | undefined;
  /** What else the pool is set to; default is the pool of the tutorial. */
  settings?: PoolSettings;
  /** The path of a module with a function for each Lambda trigger, or such functions; in place of the template's. */
  triggers?: string | TriggerFunctions | undefined;
  /** How long a trigger may take for each of three tries; default 5,000. */
  triggerTimeLimitMs?: number | undefined;
  /** The built program that runs files of triggers; default is this project's, which from the sources starts slowly. */
  triggerProgram?: string | undefined;
  /** A file of users that are put into the pool unless they are there, as `seed-users.ts` describes it. */
  usersFile?: string | undefined;
  /** Told what the pool does otherwise than the settings say, and why; a sentence or two each. */
  warn?: (warning: string) => void;
  /** Providers that the pool and its client have besides: names of those that there is a stand-in for. */
  identityProviders?: string[];
  isProduction?: boolean;
  /** Milliseconds; default `Date.now`. */
  now?: () => number;
  passwordHashing?: PasswordCost;
  /** What a new pool signs tokens with; making two keys takes longer than the rest of a start. */
  signingKeys?: StoredSigningKeys;
  /** Nobody can sign up or be created beyond; default 10,000. */
  mostUsers?: number;
  /** How much can still be written where the data directory is; default asks the file system. */
  freeBytes?: () => number;
  /** How long a client may take for its headers and for its whole request, and how often that is looked at. */
  patience?: { headersMs: number; requestMs: number; checkEveryMs: number };
  /** Told of every unexpected error (those answered with 500). */
  report?: (error: unknown) => void;
}
