import { parse } from "node-html-parser";
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
    const [wide = ""] = page.text.split(" visible-xs");
    const labels = [...wide.matchAll(/<label[^>]*>([^<]*)</g)].map(([, label]) => label);
    const types = [
      ...wide.matchAll(/name="(?:requiredAttributes\[)?([\w:]+)\]?" type="(\w+)"/g),
    ].map(([, name, type]) => `${name}: ${type}`);

    expect(labels).toEqual(
      ["Username", "Email", "Given name", "Date of birth", "Phone number", "Team"].concat(
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
    ["favouriteTeam", "Favourite team"],
    ["shirt_size", "Shirt size"],
    ["customerID", "Customer ID"],
    ["homeURLPath", "Home URL path"],
    ["Größe2", "Größe2"],
    ["cost-centre", "Cost centre"],
  ])("ask for custom:%s as %s, and call the field by its own name", async (name, label) => {
    for (const managedLoginVersion of [1, 2] as const) {
      const settings = withSettings({ schema: [custom(name)], managedLoginVersion });
      const pool = await startPool(settings);
      const html = parse((await pool.browser().get(`/signup?${requestQuery(pool)}`)).text);
      const [field] = html
        .querySelectorAll("input")
        .filter((input) => input.getAttribute("name") === `requiredAttributes[custom:${name}]`);
      const labels = html
        .querySelectorAll("label")
        .filter((of) => of.getAttribute("for") === field?.getAttribute("id"));
      expect(labels.map(({ text }) => text)).toEqual([label]);
    }
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
    ["half a number", { phone_number: "123456" }, "Invalid phone number format."],
    [
      "a number in groups",
      { phone_number: "+353 123" },
      "Phone number cannot contain white space (U+0020).",
    ],
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

describe("what nobody sees or types on purpose", () => {
  const zeroWidth =
    "contains a character that nobody sees (U+200B). Type it anew instead of pasting it.";

  test.each([
    ["username", "ann lee", "Username cannot contain white space (U+0020)."],
    ["username", "ann\u3000lee", "Username cannot contain white space (U+3000)."],
    ["username", "ann\u200b", `Username ${zeroWidth}`],
    ["username", "a".repeat(129), "Username must be 1 to 128 characters, without spaces."],
    ["email", "ann @example.org", "Email cannot contain white space (U+0020)."],
    ["email", "ann\u00a0@example.org", "Email cannot contain white space (U+00A0)."],
    ["email", "ann@exam\u200bple.org", `Email ${zeroWidth}`],
    [
      "email",
      "ann＠example.org",
      "Email contains the full-width character ＠. Switch your keyboard over.",
    ],
    [
      "phone_number",
      "+３５３1234567",
      "Phone number contains the full-width character ３. Switch your keyboard over.",
    ],
    ["phone_number", "+353\u202c1234567", /^Phone number contains .* nobody sees \(U\+202C\)/],
    ["birthdate", "１９８４-05-31", /^birthdate contains the full-width character １/],
    ["custom:age", "4２", /^custom:age contains the full-width character ２/],
    ["custom:age", "4 2", "custom:age cannot contain white space (U+0020)."],
  ])("is named in %s: %s", async (name, value, message) => {
    const pool = await startPool(withSettings({ schema: [custom("age", { type: "Number" })] }));

    const { status, body } = await createUser(pool, { email: "ann@example.org", [name]: value });

    expect([status, body.error]).toEqual([400, "InvalidParameterException"]);
    expect(body.message).toMatch(message);
  });

  test("is left alone in texts, where it may be meant", async () => {
    const pool = await startPool(withSettings({ schema: [custom("team")] }));
    const given = { name: "Ａｎｎ　Ｌｅｅ", nickname: "👩\u200d🚀", "custom:team": "a b" };

    const { status, body } = await createUser(pool, { username: "ａｎｎ", ...given });

    expect([status, body.attributes]).toEqual([201, expect.objectContaining(given)]);
  });

  test("is named in a password as well, in the language of the page", async () => {
    const pool = await startPool();
    const says = async (password: string, lang = "") => {
      const browser = pool.browser();
      const form = await browser.get(`/signup?${requestQuery(pool, { lang })}`);
      const [button] = [
        ...form.text.matchAll(/<button type="submit" name="signUpButton"[^>]*>([^<]+)</g),
      ];
      const typed = { username: "mira", email: "mira@example.org", password };
      return alertOf(await browser.submit(form, String(button?.[1]), typed));
    };

    expect(await says("Ｃｏｒｒｅｃｔ－９")).toMatch(/: Full-width characters are none of/);
    expect(await says(" Correct-Horse-9")).toMatch(
      /: Password must not begin or end with a space$/,
    );
    expect(await says("Correct-Horse-9\t", "es")).toMatch(/no puede empezar ni terminar/);
    expect(await says("Correct-Horse-9 ", "ja")).toMatch(/先頭または末尾に空白/);
  });
});

describe("an address", () => {
  const accepted = [
    ["r&d@example.com", "o'neil@example.com", "a+b@example.com", "!#$%&'*+/=?^_`{|}~-@example.com"],
    [
      "a.b@x-y.example.co",
      "1@2.example",
      "ann@xn--mller-kva.example",
      `${"a".repeat(64)}@b.example`,
    ],
  ].flat();
  const refused = [
    ["ann", "@example.com", "ann@", "ann@example", "ann@@example.com", "ann@example..com"],
    [
      ".ann@example.com",
      "ann.@example.com",
      "a..b@example.com",
      "ann@-x.example",
      "ann@x-.example",
    ],
    ["a(b@example.com", "a,b@example.com", `${"a".repeat(65)}@b.example`, "ann@example.com."],
    [`ann@${"a".repeat(64)}.example`, `a@${"b.".repeat(126)}example`],
  ].flat();

  test("is taken as AWS takes it, and refused otherwise", async () => {
    const pool = await startPool();
    const outcome = async (email: string, index: number) =>
      (await createUser(pool, { username: `user-${index}`, email })).body.message ?? "taken";
    const outcomes = async (emails: string[]) =>
      new Set(await Promise.all(emails.map((email, index) => outcome(email, index))));

    expect(await outcomes(refused)).toEqual(new Set(["Invalid email address format."]));
    expect(await outcomes(accepted)).toEqual(new Set(["taken"]));
  });
});

describe("an attribute that the pool does not have", () => {
  test.each([
    "nickName",
    "custom:gone",
    "dev:custom:gone",
    "sub",
    "emailverified",
    "email_Verified",
    "identities",
  ])("is refused by name: %s", async (name) => {
    const pool = await startPool();

    for (const value of ["x", ""]) {
      const { status, body } = await createUser(pool, { [name]: value });

      expect([status, body.error]).toEqual([400, "InvalidParameterException"]);
      expect(body.message).toBe(
        `${notConform} Type for attribute {${name}} could not be determined`,
      );
    }
  });

  test("is not what a developer-only one is: administrators set it, and users are not asked for it", async () => {
    const rank = { ...custom("rank"), name: "dev:custom:rank" };
    const pool = await startPool(withSettings({ schema: [required("email"), rank] }));

    const { body } = await createUser(pool, { "dev:custom:rank": "7" });
    const form = await pool.browser().get(`/signup?${requestQuery(pool)}`);

    expect(body.attributes).toMatchObject({ "dev:custom:rank": "7" });
    expect(form.text).not.toContain("dev:custom:rank");
  });
});
