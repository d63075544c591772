import { sessionGivenBy, withWorld } from "./world.ts";

export interface OneTimeValueFigures {
  signInsStarted: number;
  sessionsBegun: number;
  /** State, nonce, code challenge and verifier of each start, and the id of each session. */
  values: number;
  repeated: number;
}

/** Starts so many sign-ins and finishes so many of them: no one-time value and no session id is seen twice (AR-2). */
export async function checkOneTimeValues(
  starts: number,
  sessions = starts,
): Promise<OneTimeValueFigures> {
  return await withWorld(async (world) => {
    const requestFor = (wanted: string) =>
      world.provider.requests.find(({ path }) => path === wanted);
    const seen = new Set<string>();
    let values = 0;
    const note = (value: string | null | undefined) => {
      if (!/^[\w-]{24,43}$/.test(value ?? ""))
        throw new Error(`${value} is too short, or missing.`);
      seen.add(value ?? "");
      values += 1;
    };
    for (let count = 0; count < starts; count += 1) {
      const begun = await world.begin();
      const authorize = requestFor("/oauth2/authorize");
      for (const name of ["state", "nonce", "code_challenge"]) note(authorize?.query.get(name));
      if (count < sessions) {
        const session = sessionGivenBy(await world.finish(begun)) ?? "";
        note(decodeURIComponent(session).split(/[:.]/)[1]);
        note(new URLSearchParams(requestFor("/oauth2/token")?.body).get("code_verifier"));
      }
      world.provider.requests.length = 0;
    }
    const repeated = values - seen.size;
    if (repeated > 0) throw new Error(`${repeated} of ${values} values were seen before.`);
    return { signInsStarted: starts, sessionsBegun: Math.min(starts, sessions), values, repeated };
  });
}
