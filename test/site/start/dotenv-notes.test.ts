import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { settingNames } from "../../../src/site/settings/names.ts";
import { dotenvNotes } from "../../../src/site/start/dotenv-notes.ts";

const notesOn = (text: string) => dotenvNotes(text, {}).map((note) => note.replace(/^.env, /, ""));

test.each([
  ["CLIENT_SECERT", "CLIENT_SECRET"],
  ["CLIENTSECRET", "CLIENT_SECRET"],
  ["client-secret", "CLIENT_SECRET"],
  ["COGNITO_CLIENT_ID", "CLIENT_ID"],
  ["AWS_COGNITO_DOMAIN", "COGNITO_DOMAIN"],
  ["USER_POOL_ID", "COGNITO_USER_POOL_ID"],
  ["COGNITO_USERPOOL_ID", "COGNITO_USER_POOL_ID"],
  ["SESSION_SECRETS", "SESSION_SECRET"],
  ["REDIS_URI", "REDIS_URL"],
  ["APPURL", "APP_URL"],
  ["PROT", undefined],
  ["PORTS", "PORT"],
  ["TRUSTPROXY", "TRUST_PROXY"],
  ["SESION_IDLE_MINUTS", "SESSION_IDLE_MINUTES"],
])("%s is taken for a mistyped name", (name, meant) => {
  expect(notesOn(`${name}=x`)).toEqual(
    meant
      ? [`line 1: there is no setting ${name}, and it does not count. Do you mean ${meant}?`]
      : [],
  );
});

test.each([
  "DATABASE_URL",
  "AWS_REGION",
  "TZ",
  "VALKEY_PASSWORD",
  "GOOGLE_CLIENT_ID",
  "HTTP_PROXY_HEADER",
  "STRIPE_SECRET",
])("%s is left to whoever reads it", (name) => expect(notesOn(`${name}=x`)).toEqual([]));

test.each([
  ["SESSION_SECRET=abc#def", true],
  ["SESSION_SECRET=#abc", true],
  ["REDIS_URL=redis://:pass#word@host", true],
  ['SESSION_SECRET="abc#def"', false],
  ["SESSION_SECRET='abc#def' # the newest", false],
  ["SESSION_SECRET=abc # the newest", false],
  ["SESSION_SECRET= # none yet", false],
  ["# SESSION_SECRET=abc#def", false],
])("of %j it is known whether it is cut off: %s", (line, isCut) => {
  expect(notesOn(line).join()).toBe(
    isCut
      ? `line 1: ${line.split("=")[0]} is cut off at #, which begins a comment. Put quotes around the value.`
      : "",
  );
});

test("nothing is said of what counts, whichever way it is written", () => {
  const text = `
# a comment
export CLIENT_ID=abc
CLIENT_SECRET: xyz
SESSION_SECRET="one
two # three
four=five"
  APP_URL = https://app.example.com
`;
  expect(dotenvNotes(text, { CLIENT_ID: "abc" })).toEqual([]);
});

test("the names are those of .env.example", async () => {
  const example = await readFile(".env.example", "utf8");
  const names = [...example.matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);

  expect([...names].sort()).toEqual([...settingNames].sort());
});
