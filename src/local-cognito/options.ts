import type { PasswordCost } from "./passwords.ts";

export interface LocalCognitoOptions {
  /** Made (0700) if need be; holds the database. */
  dataDirectory: string;
  /** Default 4300; 0 picks a free port. */
  port?: number;
  /** A loopback address; default 127.0.0.1. */
  host?: string;
  /** The callback URLs registered for the app client; all on loopback. */
  callbackUrls: string[];
  /** The sign-out URLs registered for the app client. */
  signOutUrls: string[];
  isProduction?: boolean;
  /** Milliseconds; default `Date.now`. */
  now?: () => number;
  passwordHashing?: PasswordCost;
  /** Nobody can sign up or be created beyond; default 10,000. */
  mostUsers?: number;
  /** How much can still be written where the data directory is; default asks the file system. */
  freeBytes?: () => number;
  /** How long a client may take for its headers and for its whole request, and how often that is looked at. */
  patience?: { headersMs: number; requestMs: number; checkEveryMs: number };
  /** Told of every unexpected error (those answered with 500). */
  report?: (error: unknown) => void;
}
