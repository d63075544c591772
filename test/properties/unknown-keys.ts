import { randomBytes } from "node:crypto";
import { sessionGivenBy, withWorld } from "./world.ts";

export interface UnknownKeyFigures {
  signIns: number;
  accepted: number;
  /** Within one minute. */
  keySetFetches: number;
}

/** As many sign-ins as unknown key ids, all within a minute: none accepted, and the key set is fetched seven times at most (ID-5). */
export async function checkUnknownKeys(signIns: number): Promise<UnknownKeyFigures> {
  return await withWorld(async (world) => {
    const figures = { signIns: 0, accepted: 0, keySetFetches: 0 };
    const jwksPath = new URL(world.provider.jwksUri).pathname;
    world.provider.script({
      header: (header) => ({ ...header, kid: randomBytes(32).toString("base64") }),
    });
    for (; figures.signIns < signIns; figures.signIns += 1) {
      const answer = await world.finish(await world.begin());
      if (sessionGivenBy(answer)) figures.accepted += 1;
      figures.keySetFetches += world.provider.count(jwksPath);
      world.provider.requests.length = 0;
    }
    if (figures.accepted > 0 || figures.keySetFetches > 7) throw new Error(JSON.stringify(figures));
    return figures;
  });
}
