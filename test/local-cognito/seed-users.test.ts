import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { copyNewPool } from "../support/pool-template.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { administer, detailsOf } from "./support/admin.ts";
import { redeem } from "./support/client.ts";
import { codeOf, readInbox, signIn, startPool } from "./support/pool.ts";
import { required, withSettings } from "./support/settings.ts";

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
    ["Users: 1", "Users: must be a list."],
    ["Users: [{ Username: a, Pasword: x }]", 'Users[0]: Unrecognized key: "Pasword"'],
    [
      "Users: [{ Username: a b, Password: Correct-Horse-9 }]",
      "Users[0]: InvalidParameterException: Username must be 1 to 128 characters, without spaces.",
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
      "Users: [{ Username: a, Groups: [other], TemporaryPassword: Correct-Horse-9 }]",
      "Users[0]: ResourceNotFoundException: Group not found. Add it to the template as an AWS::Cognito::UserPoolGroup.",
    ],
  ])("are refused with the path of what is wrong: %s", async (content, problem) => {
    const path = await usersFile(content);
    const schema = [required("email")];
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
