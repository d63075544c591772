import { describe, expect, test } from "vitest";
import type { PoolSettings } from "../../src/local-cognito/pool/pool-settings.ts";
import { administer, createUser, detailsOf, TEMPORARY_PASSWORD } from "./support/admin.ts";
import { alertOf, fieldValue } from "./support/browser.ts";
import { redeem, userInfo } from "./support/client.ts";
import {
  codeOf,
  readInbox,
  register,
  requestQuery,
  signIn,
  signUp,
  startPool,
} from "./support/pool.ts";
import { required, withSettings } from "./support/settings.ts";

const custom = (name: string, more: object = {}): PoolSettings["schema"][number] => ({
  name: `custom:${name}`,
  type: "String",
  isRequired: false,
  isMutable: true,
  ...more,
});

const schema = [
  required("email"),
  required("given_name", { minimum: 2, maximum: 5 }),
  required("birthdate"),
  required("phone_number"),
  custom("team"),
];
const person = { given_name: "Mira", birthdate: "1984-05-31", phone_number: "+3531234567" };
const notConform = "Attributes did not conform to the schema:";

describe("required attributes", () => {
  test("are on the sign-up form, with labels and types, and custom ones that nobody has to fill in; no others are", async () => {
    const pool = await startPool(withSettings({ schema }));
    const page = await pool.browser().get(`/signup?${requestQuery(pool)}`);

    // The form is there twice, for wide windows and for narrow ones.
    const [wide = ""] = page.text.split("visible-xs");
    const labels = [...wide.matchAll(/<label[^>]*>([^<]*)</g)].map(([, label]) => label);
    const types = [
      ...wide.matchAll(/name="(?:requiredAttributes\[)?([\w:]+)\]?" type="(\w+)"/g),
    ].map(([, name, type]) => `${name}: ${type}`);

    expect(labels).toEqual(
      ["Username", "Email", "Given name", "Date of birth", "Phone number", "team"].concat(
        "Password",
      ),
    );
    expect(types.filter((type) => !type.endsWith(": hidden"))).toEqual([
      "username: text",
      "email: email",
      "given_name: text",
      "birthdate: date",
      "phone_number: tel",
      "custom:team: text",
      "password: password",
    ]);
    expect(wide.match(/\brequired\b/g)).toHaveLength(6);
  });

  test.each([
    ["left out", {}],
    ["filled in", { "custom:team": "red" }],
  ])("are in the token and in userInfo, with a custom one %s", async (_how, custom) => {
    const pool = await startPool(withSettings({ schema }));
    const given = { ...person, ...custom };
    const answer = await register(pool, pool.browser(), given, { scope: "openid" });
    const { body } = await redeem(pool, codeOf(answer));

    expect((await userInfo(pool, body.access_token)).body).toMatchObject(given);
    expect((await detailsOf(pool, "mira")).attributes).toEqual({
      email: "mira@example.org",
      ...given,
    });
  });

  test.each([
    ["no name", { given_name: " " }, `${notConform} given_name: The attribute is required`],
    ["no date", { birthdate: "" }, `${notConform} birthdate: The attribute is required`],
    [
      "a short one",
      { given_name: "M" },
      `${notConform} given_name: String must be no shorter than 2 characters`,
    ],
    [
      "a long one",
      { given_name: "Miranda" },
      `${notConform} given_name: String must be no longer than 5 characters`,
    ],
    [
      "a date of another country",
      { birthdate: "31/5/1984" },
      `${notConform} birthdate: String must be no shorter than 10 characters`,
    ],
    [
      "a day that no calendar has",
      { birthdate: "1984-02-30" },
      `${notConform} birthdate: Not a date as in 1984-05-31`,
    ],
    ["half a number", { phone_number: "123 456" }, "Invalid phone number format."],
    ["half an address", { email: "mira@" }, "Invalid email address format."],
    [
      "two of them",
      { given_name: "", birthdate: "" },
      `${notConform} given_name: The attribute is required`,
    ],
  ])(
    "are refused one rule at a time, with what was typed kept: %s",
    async (_name, typed, message) => {
      const pool = await startPool(withSettings({ schema }));
      const values = { email: "mira@example.org", ...person, ...typed };

      const page = await signUp(pool, pool.browser(), values);

      expect([page.status, alertOf(page)]).toEqual([400, message]);
      expect(fieldValue(page, "username")).toBe("mira");
      for (const [name, value] of Object.entries(values)) {
        expect(fieldValue(page, name)).toBe(value.trim());
      }
      expect(await readInbox(pool.browser())).toEqual([]);
    },
  );

  test("are refused in the language of the page", async () => {
    const pool = await startPool(withSettings({ schema }));
    const browser = pool.browser();
    const form = await browser.get(`/signup?${requestQuery(pool, { lang: "es" })}`);
    const page = await browser.submit(form, "Registrarse", { username: "mira" });

    expect(alertOf(page)).toBe(
      "Los atributos no cumplen el esquema: email: El atributo es obligatorio",
    );
    expect(page.text).toContain(">Fecha de nacimiento</label>");
  });

  test("are not taken from a form that was never asked for them", async () => {
    const pool = await startPool();
    const more = { given_name: "Mira", "custom:team": "red", sub: "1", email_verified: "true" };
    await signUp(pool, pool.browser(), more);

    const { attributes, emailVerified } = await detailsOf(pool, "mira");

    expect(attributes).toEqual({ email: "mira@example.org" });
    expect(emailVerified).toBe(false);
  });

  test("that an administrator left out are asked for beside the new password", async () => {
    const pool = await startPool(withSettings({ schema }));
    const made = await createUser(pool, { given_name: "Ann", email: "ann@example.org" });
    expect(made.status).toBe(201);
    const browser = pool.browser();
    const credentials = { username: "ann", password: TEMPORARY_PASSWORD };
    const page = await browser.follow(await signIn(pool, browser, credentials));
    expect(page.text).not.toContain('name="given_name"');
    const password = "Another-Horse-1";
    const passwords = { password, passwordAgain: password };
    const missing = { ...person, birthdate: "" };

    const refused = await browser.submit(page, "Change password", { ...passwords, ...missing });
    const typed = { ...passwords, ...person, given_name: "Other" };
    const done = await browser.submit(refused, "Change password", typed);

    expect(alertOf(refused)).toBe(`${notConform} birthdate: The attribute is required`);
    expect(fieldValue(refused, "phone_number")).toBe(person.phone_number);
    expect(codeOf(done)).toBeTruthy();
    expect((await detailsOf(pool, "ann")).attributes).toEqual({
      email: "ann@example.org",
      ...person,
      given_name: "Ann",
    });
  });
});

describe("other attributes", () => {
  const schemaOfTypes = [
    required("email"),
    custom("age", { type: "Number", minimum: 18, maximum: 130 }),
    custom("fan", { type: "Boolean" }),
    custom("since", { type: "DateTime" }),
    custom("team", { minimum: 3, maximum: 5 }),
  ];

  test("are given by administrators, and are strings in tokens whatever their type", async () => {
    const pool = await startPool(withSettings({ schema: schemaOfTypes }));
    const custom = {
      "custom:age": "18",
      "custom:fan": "true",
      "custom:since": "2026-01-02T03:04:05Z",
      "custom:team": "red",
    };
    await createUser(pool, { email: "ann@example.org", nickname: "A", address: "Here", ...custom });
    const browser = pool.browser();
    const credentials = { username: "ann", password: TEMPORARY_PASSWORD };
    const page = await browser.follow(
      await signIn(pool, browser, credentials, { scope: "openid" }),
    );
    const passwords = { password: "Another-Horse-1", passwordAgain: "Another-Horse-1" };
    const done = await browser.submit(page, "Change password", passwords);
    const { body } = await redeem(pool, codeOf(done));

    const info = (await userInfo(pool, body.access_token)).body;

    expect(info).toMatchObject({ nickname: "A", address: { formatted: "Here" }, ...custom });
  });

  test.each([
    ["custom:age", "17", "Number must be no less than 18"],
    ["custom:age", "131", "Number must be no greater than 130"],
    ["custom:age", "many", "Not a number"],
    ["custom:fan", "perhaps", "Not true or false"],
    ["custom:since", "yesterday", "Not a date as in 1984-05-31"],
    ["custom:team", "no", "String must be no shorter than 3 characters"],
    ["nickname", "x".repeat(2049), "String must be no longer than 2048 characters"],
  ])("have to be of their type and within their limits: %s", async (name, value, rule) => {
    const pool = await startPool(withSettings({ schema: schemaOfTypes }));

    const { status, body } = await createUser(pool, { [name]: value });

    expect([status, body.error]).toEqual([400, "InvalidParameterException"]);
    expect(body.message).toBe(`${notConform} ${name}: ${rule}`);
  });

  test("must be in the schema", async () => {
    const pool = await startPool();
    const { body } = await administer(pool, "", { username: "ann", "custom:other": "x" });
    expect(body.message).toBe(
      `${notConform} Type for attribute {custom:other} could not be determined`,
    );
  });
});
