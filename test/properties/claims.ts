import fc from "fast-check";
import { anyText } from "./texts.ts";
import { sessionGivenBy, withWorld } from "./world.ts";

export interface ClaimsFigures {
  runs: number;
  /** Users whose claims led to a session and two pages; the others were refused. */
  shown: number;
  /** Pages with an unescaped character of a claim, and answers with 500: none, or the property fails. */
  unescaped: number;
  serverErrors: number;
}

/** Stands before each hostile character, so that the page tells what became of it. */
const mark = "m4rk";
const unescaped = new RegExp(`${mark}(?:[<>"'\\r\\n\\u2028]|&(?!(?:amp|lt|gt|quot|#\\d+);))`);

/** For any claims: the pages are 200 or a refusal, and no `<`, quote or newline of a claim stands there unescaped (HT-3, HT-5). */
export async function checkClaims(runs: number): Promise<ClaimsFigures> {
  return await withWorld(async (world) => {
    const figures = { runs: 0, shown: 0, unescaped: 0, serverErrors: 0 };
    await fc.assert(
      fc.asyncProperty(claimSets, async (claims) => {
        world.provider.scriptNext({ claims: (good) => ({ ...good, ...claims }) });
        const answer = await world.finish(await world.begin());
        world.provider.requests.length = 0;
        const session = sessionGivenBy(answer);
        const pages = session
          ? await Promise.all(
              ["/", "/logged-in"].map((path) => world.client.ask("GET", path, { cookie: session })),
            )
          : [answer];

        figures.runs += 1;
        if (session) figures.shown += 1;
        const bad = pages.flatMap(({ text }) => unescaped.exec(text)?.[0] ?? []);
        figures.unescaped += bad.length;
        figures.serverErrors += pages.filter(({ status }) => status === 500).length;
        const statuses = pages.map(({ status }) => status);
        const areRight = statuses.every((status) => status === (session ? 200 : 502));
        if (bad.length > 0 || !areRight)
          throw new Error(`Answered ${statuses}; unescaped: ${JSON.stringify(bad)}.`);
      }),
      { numRuns: runs },
    );
    return figures;
  });
}

const hostileCharacters = [..."<>\"'&`\n\r\u2028\0\u202e", "\ud800"];
const hostileText = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...hostileCharacters) },
      anyText(5),
      fc.constantFrom("<script>alert(1)</script>", "<%= 1 %>", "javascript:alert(1)", "' onload='"),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => `${pieces.map((piece) => mark + piece).join("")}z`);
const value = fc.oneof(
  { weight: 3, arbitrary: hostileText },
  fc.array(hostileText, { maxLength: 4 }),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constant({ toString: 1, valueOf: mark }),
);
const names = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom("name", "email", "cognito:username", "cognito:groups"),
  },
  fc.constantFrom("sub", "aud", "nonce", "exp", "token_use", "at_hash", "azp", "email_verified"),
  fc.constantFrom("picture", "custom:tier", "settings", "view options", "locals", "delimiter"),
  fc.constantFrom("__proto__", "constructor", "toString"),
);
const claimSets = fc.dictionary(names, value, { maxKeys: 5, noNullPrototype: true });
