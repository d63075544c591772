import fc from "fast-check";
import { answer } from "../support/faults.ts";
import { anyText } from "./texts.ts";
import { sessionGivenBy, type World, withWorld } from "./world.ts";

export interface ProviderAnswerFigures {
  /** Answers of the token endpoint, of the key set and of the pool's description, in equal parts. */
  runs: number;
  /** Answers that changed a prototype, signed somebody in, or led to a 500: none, or the property fails. */
  violations: number;
}

const dayMs = 25 * 60 * 60 * 1000;

/** For any JSON from the provider: nobody is signed in by it, nothing answers 500, and `Object.prototype` is as it was (ID-21, ID-23, TE-5). */
export async function checkProviderAnswers(runs: number): Promise<ProviderAnswerFigures> {
  return await withWorld(async (world) => {
    const figures = { runs: 0, violations: 0 };
    for (const ask of [fromTokenEndpoint, fromKeySet, fromDescription]) {
      await fc.assert(
        fc.asyncProperty(jsonTexts, async (text) => {
          const before = prototypes();
          figures.runs += 1;
          const problem =
            (await ask(world, text)) ?? (prototypes() === before ? undefined : "polluted");
          world.provider.reset();
          if (problem === undefined) return;
          figures.violations += 1;
          throw new Error(`${ask.name}: ${problem}`);
        }),
        { numRuns: Math.ceil(runs / 3) },
      );
    }
    return figures;
  });
}

async function fromTokenEndpoint(world: World, text: string): Promise<string | undefined> {
  world.provider.scriptNext({ tokenAnswer: json(text) });
  return judge(await world.finish(await world.begin()));
}

/** A day later, since keys that are known serve so long whatever the next answer is. */
async function fromKeySet(world: World, text: string): Promise<string | undefined> {
  world.clock.now += dayMs;
  world.provider.scriptNext({ jwksAnswer: json(text) });
  return judge(await world.finish(await world.begin()));
}

async function fromDescription(world: World, text: string): Promise<string | undefined> {
  world.provider.scriptNext({ discoveryAnswer: json(text) });
  const problems = await world.app.warmUp();
  return problems.length > 0 ? undefined : "the pool's description was believed";
}

function judge(refusal: Awaited<ReturnType<World["finish"]>>): string | undefined {
  if (sessionGivenBy(refusal)) return "signed in";
  return refusal.status === 502 ? undefined : `answered ${refusal.status}`;
}

function json(text: string) {
  return answer(200, text, { "content-type": "application/json" });
}

function prototypes(): string {
  const all = [Object, Array, String, Function, Number, Promise];
  return JSON.stringify(all.map(({ prototype }) => Reflect.ownKeys(prototype).map(String)));
}

const names = fc.oneof(
  fc.constantFrom(
    "id_token",
    "access_token",
    "token_type",
    "refresh_token",
    "keys",
    "kty",
    "n",
    "e",
  ),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "issuer",
    "jwks_uri",
    "error",
  ),
  anyText(6),
);
const leaf = fc.oneof(
  fc.jsonValue({ maxDepth: 0 }),
  fc.constantFrom("Bearer", "RSA", "AQAB", "a.b.c", '{"isAdmin":true}', 1e308, -0),
);

/** Texts and not values: only a text can name a member `__proto__`, or one member twice. */
const { jsonTexts } = fc.letrec<{ jsonTexts: string }>((tie) => ({
  jsonTexts: fc.oneof(
    { depthSize: "medium", maxDepth: 4 },
    leaf.map((value) => JSON.stringify(value)),
    fc.array(tie("jsonTexts"), { maxLength: 3 }).map((items) => `[${items.join()}]`),
    fc
      .array(fc.tuple(names, tie("jsonTexts")), { maxLength: 5 })
      .map(
        (members) => `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join()}}`,
      ),
  ),
}));
