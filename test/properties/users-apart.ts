import { randomBytes } from "node:crypto";
import { createUser } from "../support/pool-claims.ts";
import { sessionGivenBy, type World, withWorld } from "./world.ts";

export interface UsersApartFigures {
  users: number;
  responses: number;
  /** Pages that did not show their own user, or showed another: none, or the check fails. */
  mixedUp: number;
}

interface SignedIn {
  name: string;
  cookie: string;
}

/** Of many users whose sign-ins, pages and renewals interleave, each page shows its own user and no other (CC-5). */
export async function checkUsersApart(
  responses: number,
  { users = 200, atOnce = 50 } = {},
): Promise<UsersApartFigures> {
  return await withWorld(
    async (world) => {
      const figures = { users, responses: 0, mixedUp: 0 };
      const people = await Promise.all(Array.from({ length: users }, () => signIn(world)));
      await Promise.all(
        Array.from({ length: atOnce }, async (_, worker) => {
          for (let turn = worker; turn < responses; turn += atOnce) {
            // Half of the pages are asked for once the ID tokens have run out, so that sessions are renewed meanwhile.
            if (turn === Math.floor(responses / 2)) world.clock.now += 61 * 60_000;
            const person = people[(turn * 7919) % users] as SignedIn;
            const path = turn % 2 === 0 ? "/" : "/logged-in";
            const { text } = await world.client.ask("GET", path, { cookie: person.cookie });
            figures.responses += 1;
            const names = new Set(text.match(/u-[\da-f]{16}/g));
            if (names.size === 1 && names.has(person.name)) continue;
            figures.mixedUp += 1;
            throw new Error(
              `${path} of ${person.name} shows ${[...names].join(", ") || "nobody"}.`,
            );
          }
        }),
      );
      return figures;
    },
    { env: { SESSION_IDLE_MINUTES: "600" } },
  );
}

async function signIn(world: World): Promise<SignedIn> {
  const name = `u-${randomBytes(8).toString("hex")}`;
  const begun = await world.begin("", createUser(name));
  const cookie = sessionGivenBy(await world.finish(begun));
  if (!cookie) throw new Error(`${name} could not sign in.`);
  return { name, cookie };
}
