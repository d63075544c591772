import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AttributeSchema } from "../../src/local-cognito/pool/pool-settings.ts";
import { copyNewPool } from "../support/pool-template.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { administer, detailsOf } from "./support/admin.ts";
import { redeem } from "./support/client.ts";
import { codeOf, readInbox, signIn, startPool } from "./support/pool.ts";
import { required, withSettings } from "./support/settings.ts";

function custom(name: string, prefix = "custom:"): AttributeSchema {
  return { name: `${prefix}${name}`, type: "String", isRequired: false, isMutable: true };
}

async function usersFile(content: string): Promise<string> {
  const path = join(await temporaryDirectory(), "users.yaml");
  await writeFile(path, content);
  return path;
}

const people = `
Users:
  - Username: ann
    UserAttributes:
      - { Name: email, Value: ann@example.org }
      - { Name: email_verified, Value: true }
      - { Name: phone_number, Value: "+3531234567" }
      - { Name: phone_number_verified, Value: "true" }
    Groups: [editors]
    Password: Correct-Horse-9
  - Username: bob
    UserAttributes: [{ Name: email, Value: bob@example.org }]
  - Username: eve
    TemporaryPassword: Temporary-Horse-1
`;

describe("users from a file", () => {
  test("are there after the start, each as the file says", async () => {
    const groups = [{ name: "editors" }];
    const path = await usersFile(people);
    const pool = await startPool({ ...withSettings({ groups }), usersFile: path });

    expect(await detailsOf(pool, "ann")).toMatchObject({
      status: "CONFIRMED",
      emailVerified: true,
      groups: ["editors"],
      attributes: { email: "ann@example.org", phone_number: "+3531234567" },
    });
    for (const name of ["bob", "eve"]) {
      expect((await detailsOf(pool, name)).status).toBe("FORCE_CHANGE_PASSWORD");
    }
    expect((await readInbox(pool.browser())).map(({ to }) => to)).toEqual(["bob@example.org"]);
    const credentials = { username: "ann@example.org", password: "Correct-Horse-9" };
    const answer = await signIn(pool, pool.browser(), credentials, { scope: "openid phone" });
    const { body } = await redeem(pool, codeOf(answer));
    const [, payload = ""] = String(body.id_token).split(".");
    expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toMatchObject({
      "cognito:groups": ["editors"],
      phone_number_verified: true,
    });
  });

  test("that are there already stay as they are", async () => {
    const path = await usersFile(people);
    const pool = await startPool({ usersFile: path });
    const before = await detailsOf(pool, "ann");
    await administer(pool, "/ann/remove-from-group", { group: "editors" });
    await administer(pool, "/eve/delete");
    await pool.close();

    const again = await startPool({ usersFile: path, dataDirectory: pool.dataDirectory });

    expect(await detailsOf(again, "ann")).toMatchObject({ sub: before.sub, groups: [] });
    expect(await readInbox(again.browser())).toHaveLength(1);
    expect((await detailsOf(again, "eve")).status).toBe("FORCE_CHANGE_PASSWORD");
  });

  test("may be JSON, and have their address for a name", async () => {
    const user = { Username: "ann@example.org", Password: "Correct-Horse-9" };
    const path = await usersFile(JSON.stringify({ Users: [user] }));
    const pool = await startPool({ ...withSettings({ signInWith: "email" }), usersFile: path });
    await pool.close();
    const { dataDirectory } = pool;
    const options = { ...withSettings({ signInWith: "email" }), usersFile: path, dataDirectory };
    const again = await startPool(options);

    const credentials = { username: "ann@example.org", password: "Correct-Horse-9" };

    expect(codeOf(await signIn(again, again.browser(), credentials))).toBeTruthy();
  });

  test.each([
    "007",
    "000123",
    "on",
    "n",
    "12:30:45",
    "1_000",
    "0x1F",
    "~",
    "2026-01-02",
    "12345678901234567890",
  ])("keep each value as it is written: %s", async (value) => {
    const path = await usersFile(
      `Users: [{ Username: ${value}, Password: Correct-Horse-9, UserAttributes: [{ Name: nickname, Value: ${value} }, { Name: phone_number, Value: +15551234567 }] }]`,
    );
    const pool = await startPool({ usersFile: path });

    expect(await detailsOf(pool, value)).toMatchObject({
      username: value,
      attributes: { nickname: value, phone_number: "+15551234567" },
    });
  });

  test("may be in UTF-16, as an older PowerShell writes what is sent into a file", async () => {
    const path = await usersFile("");
    await writeFile(path, `\ufeff${people}`, "utf16le");
    const pool = await startPool({
      ...withSettings({ groups: [{ name: "editors" }] }),
      usersFile: path,
    });

    expect((await detailsOf(pool, "ann")).status).toBe("CONFIRMED");
  });

  test("may have attributes for developers alone, which tokens show as custom ones", async () => {
    const schema = [custom("team"), custom("rank", "dev:custom:")];
    const path = await usersFile(`
Users:
  - Username: ann
    Password: Correct-Horse-9
    UserAttributes: [{ Name: "dev:custom:rank", Value: 7 }, { Name: "custom:team", Value: on }]
`);
    const pool = await startPool({ ...withSettings({ schema }), usersFile: path });
    const credentials = { username: "ann", password: "Correct-Horse-9" };

    const answer = await signIn(pool, pool.browser(), credentials, { scope: "openid profile" });
    const { body } = await redeem(pool, codeOf(answer));

    const [, payload = ""] = String(body.id_token).split(".");
    expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toMatchObject({
      "dev:custom:rank": "7",
      "custom:team": "on",
    });
  });

  test.each([
    ["Users: 1", "Users: must be a list."],
    ["Users: [{ Username: a, Pasword: x }]", 'Users[0]: Unrecognized key: "Pasword"'],
    [
      "Users: [{ Username: a b, Password: Correct-Horse-9 }]",
      "Users[0]: InvalidParameterException: Username cannot contain white space (U+0020).",
    ],
    [
      "Users: [{ Username: a, Password: short }]",
      "Users[0]: InvalidPasswordException: Password did not conform with password policy: Password not long enough",
    ],
    [
      "Users: [{ Username: a, UserAttributes: [{ Name: emial, Value: x }] }]",
      "Users[0].UserAttributes[0]: there is no attribute emial.",
    ],
    [
      "Users: [{ Username: a, UserAttributes: [{ Name: 'custom:gone', Value: x }] }]",
      "Users[0].UserAttributes[0]: there is no attribute custom:gone.",
    ],
    [
      "Users: [{ Username: a, UserAttributes: [{ Name: team, Value: x }] }]",
      "Users[0].UserAttributes[0]: there is no attribute team. Do you mean custom:team?",
    ],
    [
      "Users: [{ Username: a, UserAttributes: [{ Name: name, Value: x }, { Name: name, Value: y }] }]",
      "Users[0].UserAttributes[1]: name is there twice.",
    ],
    [
      "Users: [{ Username: a, Password: Correct-Horse-9, UserAttributes: [{ Name: email_verified, Value: yes }] }]",
      "Users[0]: InvalidParameterException: Attributes did not conform to the schema: email_verified: Not true or false",
    ],
    [
      "Users: [{ Username: a, Password: ' Correct-Horse-9' }]",
      "Users[0]: InvalidPasswordException: Password did not conform with password policy: Password must not begin or end with a space",
    ],
    ["Users: [", "unexpected end of the stream within a flow collection (1:9)"],
    [
      "Users: [{ Username: a, Groups: [other], TemporaryPassword: Correct-Horse-9 }]",
      "Users[0]: ResourceNotFoundException: Group not found. Add it to the template as an AWS::Cognito::UserPoolGroup.",
    ],
  ])("are refused with the path of what is wrong: %s", async (content, problem) => {
    const path = await usersFile(content);
    const schema = [required("email"), custom("team")];
    const dataDirectory = await temporaryDirectory();
    await copyNewPool(dataDirectory);
    const given = withSettings({ schema, groups: [{ name: "editors" }] });
    const settings = { ...given, dataDirectory };

    await expect(startPool({ ...settings, usersFile: path })).rejects.toMatchObject({
      name: "PoolFileError",
      problems: [problem],
      message: expect.stringContaining(path),
    });
    // What was refused is not there half: the mended file is tried as a whole.
    const mended = await usersFile("Users: [{ Username: a, Password: Correct-Horse-9 }]");
    const pool = await startPool({ ...settings, usersFile: mended });
    expect((await detailsOf(pool, "a")).status).toBe("CONFIRMED");
  });
});
