import fc from "fast-check";

/** What makes a request a good one. */
export interface SeedFacts {
  /** Of a visitor who is signed in and has begun another sign-in. */
  cookie: string;
  /** The query of a callback that has not been used. */
  callback: string;
}

type Mutation = (request: Buffer) => Buffer;

/** Valid requests of every kind, with one to three changes to their bytes: more, and hardly one would reach the app. */
export function mutatedRequests(facts: SeedFacts): fc.Arbitrary<Buffer> {
  const seeds = validRequests(facts).map((text) => Buffer.from(text, "latin1"));
  const mutations = fc.array(mutation(seeds), { minLength: 1, maxLength: 3 });
  return fc
    .tuple(fc.constantFrom(...seeds), mutations)
    .map(([seed, changes]) => changes.reduce<Buffer>((request, change) => change(request), seed));
}

function validRequests({ cookie, callback }: SeedFacts): string[] {
  const head = (requestLine: string, ...lines: string[]) =>
    [
      requestLine,
      "Host: localhost",
      `Cookie: ${cookie}`,
      "Connection: close",
      ...lines,
      "",
      "",
    ].join("\r\n");
  const form = "Content-Type: application/x-www-form-urlencoded";
  const pages = [
    "/",
    "/login?returnTo=/sessions",
    "/signup",
    "/logged-in",
    "/logout",
    "/sessions",
    "/healthz",
    "/readyz",
  ];
  return [
    ...pages.map((path) =>
      head(`GET ${path} HTTP/1.1`, "Accept: text/html", "Sec-Fetch-Site: none"),
    ),
    head(`GET /logged-in${callback} HTTP/1.1`),
    head(`GET /logged-in?error=access_denied&${callback.slice(1)} HTTP/1.1`),
    head("GET /assets/site.css?v=1 HTTP/1.1", "Range: bytes=0-9", 'If-None-Match: "x"'),
    head("HEAD / HTTP/1.1"),
    head("OPTIONS * HTTP/1.1"),
    head("GET http://localhost/logged-in HTTP/1.1", "X-Forwarded-Host: x", "Expect: 100-continue"),
    `${head("POST /sessions/end HTTP/1.1", form, "Content-Length: 9")}session=x`,
    `${head("POST /sessions/end HTTP/1.1", form, "Transfer-Encoding: chunked")}9\r\nsession=x\r\n0\r\n\r\n`,
    `${head("POST /nowhere HTTP/1.1", "Content-Type: application/json", "Content-Length: 7")}{"a":1}`,
    head("POST /logout HTTP/1.1", "Origin: null", "Content-Length: 0"),
  ];
}

/** Words that parsers stumble over. */
const words = [
  "\r\n",
  "\n",
  "\0",
  "%",
  "%ff",
  "%00",
  "%c0%af",
  "//",
  "/../",
  "\\",
  "?",
  "&",
  "=",
  ";",
  "[]",
  ": ",
  " ",
  "\t",
  "\x80\xff",
  "HTTP/1.1",
  "HTTP/0.9",
  "Content-Length: 1\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Host: evil.example\r\n",
  "Upgrade: websocket\r\nConnection: Upgrade\r\n",
  "Expect: 200-ok\r\n",
  "__proto__",
  "-1",
  "99999999999999999999",
  "s%3A",
  "sign-in-3000=",
  "sign-in-3000-a=",
  "\r\n\r\n",
];

function mutation(seeds: Buffer[]): fc.Arbitrary<Mutation> {
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const at = (request: Buffer, where: number) => Math.floor(where * request.length);
  const insert =
    (where: number, what: Uint8Array): Mutation =>
    (request) => {
      const index = at(request, where);
      return Buffer.concat([request.subarray(0, index), what, request.subarray(index)]);
    };
  const inserted = fc.oneof(
    fc.constantFrom(...words).map((word) => Buffer.from(word, "latin1")),
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
    fc
      .tuple(fc.constantFrom("a", "%", "\xff", "/", "x=1&"), fc.integer({ min: 100, max: 20_000 }))
      .map(([part, count]) => Buffer.from(part.repeat(count), "latin1")),
  );
  return fc.oneof(
    fc.tuple(place, inserted).map(([where, what]) => insert(where, what)),
    fc.tuple(place, fc.integer({ min: 0, max: 255 })).map(
      ([where, byte]): Mutation =>
        (request) => {
          const copy = Buffer.from(request);
          copy[at(copy, where)] = byte;
          return copy;
        },
    ),
    fc.tuple(place, fc.integer({ min: 1, max: 40 })).map(
      ([where, count]): Mutation =>
        (request) => {
          const index = at(request, where);
          return Buffer.concat([request.subarray(0, index), request.subarray(index + count)]);
        },
    ),
    fc.tuple(place, place).map(
      ([from, to]): Mutation =>
        (request) => {
          const [start, end] = [at(request, Math.min(from, to)), at(request, Math.max(from, to))];
          return Buffer.concat([request.subarray(0, end), request.subarray(start)]);
        },
    ),
    place.map(
      (where): Mutation =>
        (request) =>
          request.subarray(0, at(request, where)),
    ),
    fc.tuple(place, fc.constantFrom(...seeds)).map(([where, other]) => insert(where, other)),
  );
}
