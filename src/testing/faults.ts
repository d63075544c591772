/** What an endpoint does instead of answering well. */
export type Trouble =
  /** Answers well, after `slowMs`. */
  | "slow"
  /** 500 with an OAuth error. */
  | "error"
  /** 200 with half of a page where JSON belongs. */
  | "garbage"
  /** Reads the request and says nothing, until the pool closes. */
  | "hanging"
  /** Ends the connection without an answer. */
  | "down";

/** The endpoints that an app's server calls; `api` is the JSON API. */
export type Endpoint = "token" | "jwks" | "discovery" | "userInfo" | "revoke" | "api";

/** What goes wrong on purpose. Each is off until it is set, and stays until it is unset, or all are by `clear`. */
export interface Faults {
  /** ID tokens of a sign-in with a nonce carry another one. */
  wrongNonce: boolean;
  /** Tokens were issued two hours ago and expired an hour ago. */
  expired: boolean;
  /** ID tokens name another client as `aud`, access tokens as `client_id`. */
  otherAudience: boolean;
  /** Tokens say `alg: none` and carry no signature. */
  algNone: boolean;
  /** Tokens carry the signature of another token. */
  badSignature: boolean;
  /** Tokens are signed with keys that the key set does not have. */
  unknownKey: boolean;
  endpoints: Record<Endpoint, Trouble | undefined>;
  /** How long a slow endpoint takes; default 2,000. */
  slowMs: number;
  /** Sets everything right again. */
  clear(): void;
}

const noFaults = {
  wrongNonce: false,
  expired: false,
  otherAudience: false,
  algNone: false,
  badSignature: false,
  unknownKey: false,
  slowMs: 2_000,
};

const noTrouble: Record<Endpoint, undefined> = {
  token: undefined,
  jwks: undefined,
  discovery: undefined,
  userInfo: undefined,
  revoke: undefined,
  api: undefined,
};

export function createFaults(): Faults {
  const faults: Faults = {
    ...noFaults,
    endpoints: { ...noTrouble },
    clear: () => void Object.assign(faults, noFaults, { endpoints: { ...noTrouble } }),
  };
  return faults;
}
