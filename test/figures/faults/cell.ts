export const dependencies = ["token endpoint", "JWKS", "account API", "store"] as const;
export const kindsOfFault = [
  "refused",
  "DNS",
  "reset",
  "black hole",
  "hang",
  "slow",
  "drip",
  "4xx",
  "5xx",
  "garbage",
  "huge",
  "redirect",
  "bad TLS",
  "restart",
] as const;

export type Dependency = (typeof dependencies)[number];
export type KindOfFault = (typeof kindsOfFault)[number];

/** What a member, who was signed in before, and a newcomer lived through in one variant of a fault. */
export interface Trial {
  /** Somebody was signed in as somebody else, or by an answer that could not be trusted. */
  wrongSignIns: string[];
  /** Members who were signed out by it. */
  lostSessions: string[];
  /** Answers that were no honest ones: status, words, Retry-After, time. */
  dishonest: string[];
  /** What the newcomer was told, or "signed in"; at the account page, what the member was told. */
  newcomer: string;
  slowestAnswerMs: number;
  recoveryMs: number;
}

/** Nothing has gone wrong so far. */
export function newTrial(): Trial {
  return {
    wrongSignIns: [],
    lostSessions: [],
    dishonest: [],
    newcomer: "",
    slowestAnswerMs: 0,
    recoveryMs: 0,
  };
}
