import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Check } from "../src/doctor/verdict.ts";
import { section } from "./documents/support/documents.ts";
import { resolvedTemplate } from "./user-pool/support/resolved-template.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

/** Why a trap of Cognito catches nobody here, or who says the way out of it. */
type Proof =
  /** The doctor names it: the check, and the fault in its tests. */
  | { doctor: Check; fault: string }
  /** A table of troubles has it: words of the first column. */
  | { trouble: string }
  /** The template makes the pool so. */
  | { template: string; is: unknown }
  /** A test shows that it cannot happen: the file, and the title of the test or of its case. */
  | { test: string; title: string };

const traps: [trap: string, proof: Proof][] = [
  ["redirect_mismatch", { doctor: "callback-url", fault: "a callback URL that is not registered" }],
  [
    "unauthorized_client from the token endpoint",
    { doctor: "code-grant", fault: "an app client without the code grant" },
  ],
  ["invalid_client", { doctor: "client-secret", fault: "a wrong client secret" }],
  ["invalid_grant", { trouble: "`invalid_grant`" }],
  [
    "invalid_request from the token endpoint",
    {
      test: "sign-in/cognito/token-request",
      title: "TE-1: is one POST with the code, the verifier and the same callback URL",
    },
  ],
  [
    "still signed in after signing out",
    {
      test: "journey",
      title:
        "signing out ends the session here and at Cognito, and Log back in asks for the password",
    },
  ],
  [
    "Required String parameter 'redirect_uri' is not present",
    { doctor: "sign-out-url", fault: "a sign-out URL that is not registered" },
  ],
  [
    "the sign-out URL among the callback URLs",
    { template: "Client.LogoutURLs", is: ["http://localhost:3000/logout"] },
  ],
  ["the provider signs the same person in again", { trouble: "Google signs the same person in" }],
  [
    "an access token taken for an ID token",
    { test: "sign-in/cognito/id-token/claims", title: "the access token with our audience" },
  ],
  [
    "access tokens without an audience",
    { test: "sign-in/visitor/guards", title: "says nothing of who asks: %s %s" },
  ],
  [
    "a single key that is cached",
    {
      test: "sign-in/cognito/signing-keys",
      title: "ID-24: a new key in place of the old one works in the next sign-in",
    },
  ],
  ["no ID token", { doctor: "scopes", fault: "an app client that does not allow openid" }],
  [
    "userInfo refuses the token",
    {
      test: "sign-in/cognito/id-token/form",
      title: "ID-26: a sign-in calls the token endpoint once, and UserInfo never",
    },
  ],
  ["email_verified as text", { test: "sign-in/session/session", title: '"true"' }],
  ["discovery names dead addresses", { doctor: "domain", fault: "a pool without a domain" }],
  [
    "at_hash that nothing is compared with",
    { test: "sign-in/cognito/id-token/claims", title: "the right at_hash" },
  ],
  ["a state that this browser does not have", { trouble: "not started in this browser" }],
  ["a clock that is off", { doctor: "clock", fault: "a clock ten minutes behind" }],
  [
    "a renewal without another refresh token",
    {
      test: "sign-in/session/renewal",
      title: "by the one token that stays",
    },
  ],
  [
    "renewals at the same moment",
    {
      test: "sign-in/session/renewal",
      title: "CC-4: is renewed once for fifty requests at the same moment",
    },
  ],
  ["a revoked user who is still in", { trouble: "whose tokens were revoked" }],
  ["short tokens that make nobody sign in", { trouble: "Shorter tokens" }],
  ["a user who is never confirmed", { trouble: "*User is not confirmed*" }],
  [
    "signing in by an address that is not verified",
    { trouble: "Signing in by e-mail address fails" },
  ],
  ["no mail with the code", { trouble: "No mail with the code" }],
  ["Login pages unavailable", { doctor: "login-pages", fault: "managed login without a style" }],
  ["prompt and lang without an effect", { trouble: "`prompt` or `lang` do nothing" }],
  ["a custom domain", { trouble: "A custom domain does not come up" }],
  ["a missing attribute", { trouble: "A fact about the user is missing" }],
  ["an attribute that the provider does not give", { trouble: "*Sign-in was not possible*" }],
  ["two accounts for one person", { trouble: "One person, two accounts" }],
  ["an update that resets settings", { trouble: "Settings of the pool are gone" }],
  ["tokens in the address", { template: "Client.AllowedOAuthFlows", is: ["code"] }],
  [
    "a return address of somebody else's",
    { test: "sign-in/routes/sign-in", title: "RD-1: is one of ours for %s" },
  ],
];

describe("Each trap that Cognito is known for is impossible, named by the doctor, or answered:", () => {
  test("all of them", () => expect(traps).toHaveLength(35));

  test.each(traps)("%s", async (_trap, proof) => {
    if ("doctor" in proof) expect(blamedFor(proof.fault)).toContain(`"${proof.doctor}"`);
    if ("trouble" in proof) {
      expect(symptoms()).toContainEqual(expect.stringContaining(proof.trouble));
    }
    if ("template" in proof) expect(await property(proof.template)).toEqual(proof.is);
    if ("test" in proof) expect(runs(proof.test, proof.title)).toBe(true);
  });
});

/** The checks that have to be blamed for a fault, as the doctor's own test lists them. */
function blamedFor(fault: string): string | undefined {
  const [, itsOwn = ""] = read("doctor/doctor.test.ts").split(`is: "${fault}",`);
  return /blames: (.+),\n/.exec(itsOwn)?.[1];
}

/** The first columns of the tables of troubles, of rows that say why and what to do. */
function symptoms(): (string | undefined)[] {
  const tables =
    section("README.md", "Troubleshooting") + section("src/doctor/README.md", "More troubles");
  return [...tables.matchAll(/^\| (.+?) \| .+ \| .+ \|$/gm)].map(([, symptom]) => symptom);
}

async function property(path: string): Promise<unknown> {
  const [resource, name = ""] = path.split(".");
  const found = (await resolvedTemplate({})).find(({ name }) => name === resource);
  return found?.properties[name];
}

/** Whether a test file has this title, in quotes of either kind, and does not leave it out. */
function runs(file: string, title: string): boolean {
  const text = read(`${file}.test.ts`).replace(/\.(skip|todo)\("[^"]*"/g, "");
  return text.includes(`"${title}"`) || text.includes(`'${title}'`);
}
