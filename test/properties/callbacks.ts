import { parse } from "node:querystring";
import fc from "fast-check";
import { anyText } from "./texts.ts";
import { type BegunSignIn, sessionGivenBy, type World, withWorld } from "./world.ts";

export interface CallbackFigures {
  runs: number;
  /** Sign-ins that had every right to succeed, and did. */
  honestSignIns: number;
  /** Token requests for a code that came with the state and the cookie of its own sign-in. */
  rightfulTokenCalls: number;
  /** The three that have to be none; the property fails at the first of them. */
  wrongSignIns: number;
  serverErrors: number;
  needlessTokenCalls: number;
}

/** Where a generated text comes from: a value of one of the sign-ins that are under way, or out of thin air. */
type Source =
  | { from: "state" | "code" | "cookie"; of: number; changeAt: number | undefined }
  | { from: "nowhere"; text: string };

interface Case {
  method: string;
  parameters: [name: string, value: Source][];
  cookies: [nameOf: number, value: Source][];
  prefetches: boolean;
  minutesLater: number;
}

const inParallel = 3;

/**
 * For any method, query and cookies on the callback: somebody is signed in only where this browser began that sign-in,
 * the state is its state, the code its code, and neither is spent or expired; Cognito is asked only where the state
 * was right; and nothing is ever answered with 5xx (CB-2, CB-3, CB-6, CB-9, CB-10).
 */
export async function checkCallbacks(runs: number): Promise<CallbackFigures> {
  return await withWorld(async (world) => {
    const figures = {
      runs: 0,
      honestSignIns: 0,
      rightfulTokenCalls: 0,
      wrongSignIns: 0,
      serverErrors: 0,
      needlessTokenCalls: 0,
    };
    const underWay: BegunSignIn[] = [];
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        while (underWay.length < inParallel) underWay.push(await world.begin());
        world.takeTokenCalls();
        await judge(world, one, underWay, figures);
      }),
      { numRuns: runs },
    );
    return figures;
  });
}

async function judge(
  world: World,
  one: Case,
  underWay: BegunSignIn[],
  figures: CallbackFigures,
): Promise<void> {
  const begunAt = world.clock.now;
  world.clock.now += one.minutesLater * 60_000;
  const query = queryOf(one, underWay);
  const cookies = cookiesOf(one, underWay);
  const answer = await world.client.ask(one.method, `/logged-in?${query}`, {
    cookie: cookies.join("; "),
    ...(one.prefetches && { "sec-purpose": "prefetch" }),
  });
  world.clock.now = begunAt;

  const right =
    one.minutesLater < 10 && isPlainGet(one) ? rightOne(query, cookies, underWay) : undefined;
  const mayAsk = right !== undefined;
  const maySignIn = right !== undefined && parse(query).code === right.code;
  const tokenCalls = world.takeTokenCalls();
  const isSignedIn = sessionGivenBy(answer) !== undefined;
  if (right) forget(underWay, right, parse(query).code);

  figures.runs += 1;
  if (maySignIn && isSignedIn) figures.honestSignIns += 1;
  if (mayAsk) figures.rightfulTokenCalls += tokenCalls;
  if (isSignedIn && !maySignIn) figures.wrongSignIns += 1;
  if (answer.status >= 500) figures.serverErrors += 1;
  if (tokenCalls > (mayAsk ? 1 : 0)) figures.needlessTokenCalls += 1;
  const { wrongSignIns, serverErrors, needlessTokenCalls } = figures;
  if (wrongSignIns + serverErrors + needlessTokenCalls > 0 || isSignedIn !== maySignIn) {
    throw new Error(
      `${one.method} /logged-in?${query} with ${cookies.length} cookies: ${answer.status}, ` +
        `${tokenCalls} token calls, signed in: ${isSignedIn}, expected: ${maySignIn}`,
    );
  }
}

/** Its state is used up, and so is the code, whoever it was meant for. */
function forget(underWay: BegunSignIn[], right: BegunSignIn, code: unknown): void {
  const left = underWay.filter((begun) => begun !== right && begun.code !== code);
  underWay.splice(0, underWay.length, ...left);
}

function isPlainGet({ method, prefetches }: Case): boolean {
  return method === "GET" && !prefetches;
}

/** The sign-in whose own cookie and state are there, where the rest of the query is well-formed, too. */
function rightOne(
  query: string,
  cookies: string[],
  underWay: BegunSignIn[],
): BegunSignIn | undefined {
  const parameters = parse(query, "&", "=", { maxKeys: 0 });
  const { code, state, error, iss } = parameters;
  const hasBrackets = Object.keys(parameters).some((name) => /^(?:code|state|error)\[/.test(name));
  if (hasBrackets || error !== undefined || iss !== undefined) return undefined;
  if (typeof code !== "string" || code === "" || code.length > 2048) return undefined;
  return underWay.find((begun) => begun.state === state && cookies.includes(begun.cookie));
}

function queryOf({ parameters }: Case, underWay: BegunSignIn[]): string {
  return parameters
    .map(
      ([name, value]) =>
        `${encodeURIComponent(name)}=${encodeURIComponent(textOf(value, underWay))}`,
    )
    .join("&");
}

/** Each under the name of one of the pending sign-ins, its own or another's. */
function cookiesOf({ cookies }: Case, underWay: BegunSignIn[]): string[] {
  return cookies.map(([nameOf, value]) => {
    const name = at(underWay, nameOf).cookie.split("=")[0];
    return `${name}=${textOf(value, underWay).replace(/[^\x21-\x3a\x3c-\x7e]/g, "")}`;
  });
}

function textOf(source: Source, underWay: BegunSignIn[]): string {
  if (source.from === "nowhere") return source.text;
  const begun = at(underWay, source.of);
  const text =
    source.from === "cookie"
      ? begun.cookie.slice(begun.cookie.indexOf("=") + 1)
      : begun[source.from];
  return source.changeAt === undefined ? text : changed(text, source.changeAt);
}

/** Another character in one place. */
function changed(text: string, where: number): string {
  const index = where % text.length;
  return text.slice(0, index) + (text[index] === "x" ? "y" : "x") + text.slice(index + 1);
}

function at(underWay: BegunSignIn[], index: number): BegunSignIn {
  return underWay[index % underWay.length] as BegunSignIn;
}

const which = fc.nat({ max: inParallel - 1 });
const maybeChanged = fc.option(fc.nat({ max: 300 }), { nil: undefined, freq: 2 });
const known = (from: "state" | "code" | "cookie"): fc.Arbitrary<Source> =>
  fc.record({ from: fc.constant(from), of: which, changeAt: maybeChanged });
const nowhere: fc.Arbitrary<Source> = fc
  .oneof(
    anyText(60),
    fc.constantFrom("", "null", "undefined", "__proto__", "[object Object]", "x".repeat(2049)),
  )
  .map((text) => ({ from: "nowhere", text }));
const anySource = fc.oneof(known("state"), known("code"), known("cookie"), nowhere);

const names = fc.oneof(
  fc.constantFrom("code", "state", "error", "iss", "error_description", "id_token", "access_token"),
  fc.constantFrom("code[]", "state[]", "error[x]", "code[0]", "CODE", "state ", "__proto__", "utm"),
  anyText(12),
);
const parameter = fc.oneof(
  fc.tuple(fc.constant("code"), known("code")),
  fc.tuple(fc.constant("state"), known("state")),
  fc.tuple(names, anySource),
);
const cookie = fc.oneof(
  which.map((of): [number, Source] => [of, { from: "cookie", of, changeAt: undefined }]),
  fc.tuple(which, anySource),
);
/** All the parts of one and the same sign-in: right, unless something else beside them or the rest of the case spoils it. */
const honest = which.chain((of) => {
  const own = (from: "state" | "code" | "cookie"): Source => ({ from, of, changeAt: undefined });
  return fc.record({
    parameters: fc
      .array(parameter, { maxLength: 2 })
      .map((rest): Case["parameters"] => [["code", own("code")], ["state", own("state")], ...rest]),
    cookies: fc
      .array(cookie, { maxLength: 2 })
      .map((rest): Case["cookies"] => [...rest, [of, own("cookie")]]),
  });
});
const arbitrary = fc.record({
  parameters: fc.oneof(
    fc.tuple(
      fc.tuple(fc.constant("code"), known("code")),
      fc.tuple(fc.constant("state"), known("state")),
    ),
    fc.array(parameter, { maxLength: 5 }),
  ),
  cookies: fc.array(cookie, { maxLength: 4 }),
});
const circumstances = fc.record({
  method: fc.oneof(
    { weight: 5, arbitrary: fc.constant("GET") },
    { weight: 1, arbitrary: fc.constantFrom("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH") },
  ),
  prefetches: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
  minutesLater: fc.constantFrom(0, 0, 0, 9, 10, 11, 60),
});
const cases: fc.Arbitrary<Case> = fc
  .tuple(
    fc.oneof({ weight: 1, arbitrary: honest }, { weight: 5, arbitrary: arbitrary }),
    circumstances,
  )
  .map(([parts, rest]) => ({ ...parts, ...rest }));
