/** C: account takeover, a bypassed sign-in or a leaked secret. H: likely exploitable, or an outage. M: defence in depth. */
export type Severity = "C" | "H" | "M";

/** What the product withstands, in one sentence. A test that covers a check begins with its id. */
export interface Check {
  id: string;
  group: string;
  severity: Severity;
  sentence: string;
  /** Why no test covers it, or what beside the tests does. */
  note: string | undefined;
}

export const groups: Record<string, string> = {
  AR: "Authorization request",
  CB: "Callback",
  TE: "Token endpoint",
  ID: "ID token",
  SC: "Session and cookies",
  LO: "Sign-out",
  RD: "Redirects",
  CS: "Cross-site requests",
  HT: "Headers and templates",
  IN: "Input",
  CF: "Configuration and secrets",
  DO: "Outages of store and clock",
  CC: "Concurrency",
  OL: "Overload and lifecycle",
  LL: "Local Cognito",
};

const table = `
AR-1  H  A sign-in goes to the authorize endpoint with the protocol's parameters and no other.
AR-2  H  State, nonce, verifier and session ids hold 128 random bits or more and never repeat.
AR-3  H  Whoever calls the sign-in route chooses none of the parameters.
AR-4  C  No request header changes the callback or the sign-out address.
AR-5  M  HEAD and a browser that looks ahead begin no sign-in.
AR-6  M  A sign-in that is begun or fails leaves the session that was there alone.
CB-1  H  A good callback ends at a clean address of our own, so that the code stays nowhere.
CB-2  C  A callback without a state is refused.
CB-3  C  A state from elsewhere is refused; nobody is signed in to another's account by a link.
CB-4  C  A stolen code under the victim's own state fails by its verifier and by its nonce.
CB-5  H  An error from Cognito is told in our words, and ends that sign-in alone.
CB-6  H  Repeated, bracketed, endless and missing parameters are refused; unknown ones are ignored.
CB-7  H  An issuer that comes with the callback is the pool's own.
CB-8  H  A callback that is repeated signs nobody in a second time.
CB-9  H  A pending sign-in that is old, forged, moved or another browser's is worth nothing.
CB-10 H  No method but GET spends a code.
CB-11 C  Tokens that the browser brings along are no source of identity.
TE-1  H  The token request is one POST, with the secret in the Basic header and nowhere else.
TE-2  H  Each refusal of the token endpoint has its status; no code is sent a second time.
TE-3  H  No redirect is followed with a code and a secret in hand.
TE-4  H  A token endpoint that fails, hangs or drips costs one deadline and holds up nobody else.
TE-5  H  A token response of the wrong kind or size is refused within bounded memory.
TE-6  H  A token response with wrong members is refused; odd harmless ones are borne.
TE-7  H  A certificate that does not hold is refused, and the checks cannot be switched off.
ID-1  C  A token without a signature is refused, however its algorithm spells "none".
ID-2  C  A public key or the client secret is no key for a keyed hash.
ID-3  M  RS256 is the only algorithm.
ID-4  C  A token with any bit changed, or signed by another key, is refused.
ID-5  H  An unknown key id is refused, and a flood of them costs few fetches.
ID-6  M  A token without a key id is accepted only where a single key is published.
ID-7  H  A key id that cannot be one leads to no lookup at all.
ID-8  C  Keys and addresses in a token's header are never used.
ID-9  M  Critical members, other types and nested tokens are refused.
ID-10 C  The issuer matches byte for byte.
ID-11 C  The audience is our client alone.
ID-12 H  A stranger in the audience, or another authorized party, is refused.
ID-13 C  A token has an end, and is refused a minute after it.
ID-14 M  No expiry, however odd or far away, outgrows the session's own limits.
ID-15 H  A token is made just now: not in the future, and not long ago.
ID-16 C  The nonce is that of this very sign-in.
ID-17 C  An access token is no ID token.
ID-18 M  A hash of the access token, where there is one, is right.
ID-19 H  The subject is a text of sensible length and characters.
ID-20 M  Of members that stand twice, the one that is checked is the one that is used.
ID-21 H  Anything that is no compact token is refused and never a 500.
ID-22 M  A token above the size cap is refused unread; below it only listed claims are stored.
ID-23 M  Unfit keys in the key set are not used, and do not spoil the good ones.
ID-24 H  Rotated keys work in the next sign-in, and withdrawn ones stop.
ID-25 H  A key set that cannot be fetched is an error in time, and known keys go on.
ID-26 H  UserInfo is never asked.
SC-1  C  Every sign-in gives a new session id, and the old one is dead.
SC-2  H  Every cookie has the flags, prefix and size that it should.
SC-3  H  A forged or planted cookie is worth nothing and locks nobody out.
SC-4  C  Visitors without a session cost the store nothing and push nobody out.
SC-5  H  Idle and absolute limits are held by the server's clock.
SC-6  M  Only listed claims are stored, and no token reaches the browser.
SC-7  H  The redirect leaves only after the session is written.
SC-8  M  Session secrets rotate.
SC-9  H  Proxy headers count from listed proxies only.
SC-10 H  A person is the issuer and subject, never an address or a name.
LO-1  C  Signing out destroys the row before it answers, then expires the cookie and goes to Cognito.
LO-2  M  Another site, a look ahead or an image signs nobody out.
LO-3  H  Signing out twice is fine; with the store away it is said to be unconfirmed.
LO-4  M  No parameter changes where a sign-out leads.
LO-5  M  Nothing of a signed-in page is left in a cache.
RD-1  H  Whatever the address to return to, the visitor stays on our origin.
RD-2  H  A foreign address in the request line leads nobody away.
RD-3  M  A return to the sign-in itself, or to nonsense, goes to the default page.
CS-1  H  Only a POST from our own pages changes anything.
CS-2  M  Where the browser names no site its Origin decides; no page is shared with other origins.
HT-1  H  Every answer has the full set of headers, whatever its route and status.
HT-2  M  No page has anything inline, and a real browser's policy is never violated.
HT-3  C  Every claim stays text wherever it is shown.
HT-4  H  Nothing of a request is reflected.
HT-5  M  Claims of odd types and sizes do not break a page.
HT-6  C  No input becomes an option of the template engine.
HT-7  H  No input reaches a prototype.
HT-8  H  Nothing about a person is kept by a cache.
IN-1  H  Oversized headers and addresses are refused, and our own cookies never grow into that.
IN-2  H  Bodies of the wrong kind or size are refused and never logged.
IN-3  M  Bad encodings in any part of a request are never a 500.
IN-4  H  Lists, brackets and hostile names of parameters are never a 500.
IN-5  H  A guard covers whatever route matches, and static files stay in their folder.
IN-6  M  Unknown methods are refused and methods in disguise ignored.
IN-7  H  Malformed and ambiguous requests are refused and the connection closed.
IN-8  M  What is logged is one escaped record of bounded size.
CF-1  H  A bad setting stops the start, by its name and never its value.
CF-2  C  No output holds a secret, and every sign-in and sign-out is logged.
CF-3  H  An error shows a reference and nothing of its cause.
CF-4  M  No file of the project is served, and the package holds no secret.
CF-5  M  Health routes show no version and open nothing else.
CF-6  M  The app connects to configured hosts only.
DO-1  H  A store that is set but cannot be reached is never replaced by memory.
DO-2  C  A store that dies signs nobody in or out, and its sessions are there when it is back.
DO-3  H  A store that hangs has a deadline.
DO-4  H  A row that cannot be read counts as none; a write that is refused is a 503.
DO-5  M  A clock that is a minute off does no harm, and one far off is named in the log.
CC-1  H  Two tabs that sign in at once both finish, and never mix two people.
CC-2  H  A doubled callback makes one token call and one session.
CC-3  C  A late write does not bring a session back.
CC-4  H  A session is renewed once, however many requests wait, and a sign-out wins.
CC-5  C  Each page shows its own visitor, however many are there.
OL-1  H  Slow and silent connections are closed, and their number is bounded.
OL-2  M  Ten minutes of load leave memory flat and no error.
OL-3  M  A stop finishes what is under way, in time.
OL-4  H  An error that nobody expected fails the request and ends the process.
OL-5  M  Expired rows are swept, and live ones never lost.
LL-1  C  Local Cognito is reached from this machine alone.
LL-2  C  Local Cognito does not exist in production.
LL-3  C  The tokens of local Cognito are worth nothing at a real pool's app.
LL-4  H  A wrong client or callback address is never redirected to.
LL-5  H  A code challenge is held to, and only S256 is known.
LL-6  H  A code is good once, for five minutes, for its own client and address.
LL-7  H  Forms are taken from our own pages in the same browser only.
LL-8  H  Passwords are kept as scrypt hashes of their own salt, and never cut.
LL-9  M  An unknown user gets the answers of a wrong password.
LL-10 H  Guessing passwords locks, for longer and longer, and tells nothing.
LL-11 M  Its cookies have names of their own, and nobody is in it from the start.
`;

const notes: Record<string, string> = {
  "AR-2": "10,000 of each: npm run figures",
  "SC-4": "a million visits: npm run figures",
  "CF-4": "known findings: npm audit, where a registry can be reached",
  "CC-5": "100,000 answers: npm run figures",
  "OL-2": "ten minutes: npm run figures",
};

/** The 118 checks, in order. */
export const checks: Check[] = table
  .trim()
  .split("\n")
  .map((line) => {
    const [, id = "", severity, sentence = ""] = /^(\S+)\s+([CHM])\s+(.+)$/.exec(line) ?? [];
    const group = id.replace(/-\d+$/, "");
    return { id, group, severity: severity as Severity, sentence, note: notes[id] };
  });

const idPattern = new RegExp(`\\b(?:${Object.keys(groups).join("|")})-\\d+\\b`, "g");

/** The ids of checks that a test's full name mentions, each once. */
export function idsIn(name: string): string[] {
  return [...new Set(name.match(idPattern) ?? [])];
}
