import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import {
  administer,
  createUser,
  detailsOf,
  namesFound,
  poolOf,
  TEMPORARY_PASSWORD,
} from "./support/admin.ts";
import { alertOf } from "./support/browser.ts";
import { redeem, refresh, userInfo } from "./support/client.ts";
import {
  authorizeAddress,
  callbackOf,
  codeOf,
  readInbox,
  register,
  signIn,
  signUp,
  startPool,
} from "./support/pool.ts";

describe("an action", () => {
  const actions = ["confirm", "disable", "enable", "reset-password", "resend-invitation"];
  const others = ["sign-out", "add-to-group", "remove-from-group", "delete"];

  test("CS-1: is done by POST, and for no other site", async () => {
    const pool = await startPool();
    await createUser(pool);
    const before = await detailsOf(pool, "ann");
    const mails = (await readInbox(pool.browser())).length;
    for (const path of ["", ...[...actions, ...others].map((action) => `/ann/${action}`)]) {
      const body = new URLSearchParams({ group: "editors", username: "bea", email: "b@e.org" });
      const headers = { "sec-fetch-site": "cross-site", origin: "http://localhost:3000" };
      const sent = { headers, body };
      const page = await pool.browser().request("POST", `/_local/users${path}`, sent);
      expect(page.status).toBe(403);
      if (path) expect((await pool.browser().get(`/_local/users${path}`)).status).toBe(404);
    }
    expect(await detailsOf(pool, "ann")).toEqual(before);
    expect(await readInbox(pool.browser())).toHaveLength(mails);
  });

  test("is refused where Cognito refuses it, and changes nothing", async () => {
    const pool = await startPool();
    await createUser(pool);
    for (const name of ["new", "bea", "off"]) {
      await signUp(pool, pool.browser(), { username: name, email: `${name}@example.org` });
      if (name !== "new") await administer(pool, `/${name}/confirm`);
    }
    await administer(pool, "/off/disable");
    for (const [path, error, message] of [
      ["/ann/confirm", "NotAuthorizedException", "User cannot be confirmed. Current status is"],
      ["/ann/reset-password", "NotAuthorizedException", "User password cannot be reset in the"],
      ["/new/reset-password", "NotAuthorizedException", "User password cannot be reset in the"],
      ["/bea/reset-password", "InvalidParameterException", "Cannot reset password for the user"],
      ["/off/reset-password", "NotAuthorizedException", "User is disabled."],
      ["/bea/resend-invitation", "UnsupportedUserStateException", "Resend not possible."],
      ["/ann/add-to-group", "InvalidParameterException", "A group name must be"],
    ] as const) {
      const username = path.split("/")[1] ?? "";
      const before = await detailsOf(pool, username);
      const refused = await administer(pool, path);
      expect([path, refused.status, refused.body.error]).toEqual([path, 400, error]);
      expect(refused.body.message).toContain(message);
      expect(await detailsOf(pool, username)).toEqual(before);
    }
  });

  test("creates no user whom Cognito would not", async () => {
    const pool = await startPool();
    await register(pool, pool.browser(), { username: "bea", email: "bea@example.org" });
    for (const [fields, error, message] of [
      [{ username: "" }, "InvalidParameterException", "Username cannot be empty."],
      [{ username: "a@b.example" }, "InvalidParameterException", "Username cannot be of email"],
      [{ email: "ann@" }, "InvalidParameterException", "Invalid email address format."],
      [{ email: "", temporaryPassword: "" }, "InvalidParameterException", "Give a temporary"],
      [{ temporaryPassword: "Abcdefg1" }, "InvalidPasswordException", "Password did not conform"],
      [{ username: "BEA" }, "UsernameExistsException", "User account already exists"],
      [
        { email: "BEA@example.org", emailVerified: "true" },
        "AliasExistsException",
        "An account with the given email already exists.",
      ],
    ] as [Record<string, string>, string, string][]) {
      const refused = await createUser(pool, fields);
      expect([fields, refused.status, refused.body.error]).toEqual([fields, 400, error]);
      expect(refused.body.message).toContain(message);
    }
    expect(await namesFound(pool, "")).toEqual(["bea"]);
    expect(await readInbox(pool.browser())).toHaveLength(1);
  });

  test("LL-10: adds no user beyond the pool's capacity, however they come, until one is deleted", async () => {
    const pool = await startPool({ mostUsers: 1 });
    await createUser(pool);
    const full = "This user pool is full. Delete users at /_local/users to make room.";
    expect(alertOf(await signUp(pool, pool.browser()))).toBe(full);
    const refused = await createUser(pool, { username: "bea", email: "bea@example.org" });
    expect(refused.body).toEqual({ error: "LimitExceededException", message: full });
    expect((await administer(pool, "/ann/delete")).status).toBe(204);
    expect(codeOf(await register(pool))).toBeTruthy();
  });
});

describe("groups", () => {
  test("are in the tokens of the next sign-in and the next refresh, sorted, and absent without any", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const { body: first } = await redeem(pool, codeOf(await register(pool, browser)));
    const groupsIn = ({ id_token, access_token }: Record<string, unknown>) =>
      [id_token, access_token].map((token) => decodeJwt(String(token))["cognito:groups"]);
    expect(groupsIn(first)).toEqual([undefined, undefined]);

    for (const group of ["writers", "editors", "editors"]) {
      await administer(pool, "/mira/add-to-group", { group });
    }
    const both = ["editors", "writers"];
    expect(groupsIn((await refresh(pool, first.refresh_token)).body)).toEqual([both, both]);
    const next = await redeem(pool, codeOf(await browser.get(authorizeAddress(pool))));
    expect(groupsIn(next.body)).toEqual([both, both]);
    expect(decodeJwt(String(next.body.id_token))).not.toHaveProperty("cognito:preferred_role");

    const left = await administer(pool, "/mira/remove-from-group", { group: "editors" });
    expect(left.body.groups).toEqual(["writers"]);
    await administer(pool, "/mira/remove-from-group", { group: "writers" });
    const last = (await refresh(pool, first.refresh_token)).body;
    expect(groupsIn(last)).toEqual([undefined, undefined]);
  });

  test("are a hundred for a user at most", async () => {
    const pool = await poolOf(1);
    expect((await administer(pool, "/user-0/add-to-group", { group: "last" })).status).toBe(200);
    const refused = await administer(pool, "/user-0/add-to-group", { group: "one-too-many" });
    expect(refused.body.error).toBe("LimitExceededException");
    expect((await detailsOf(pool, "user-0")).groups).toHaveLength(100);
  });
});

describe("signing out everywhere", () => {
  test("ends every refresh and access token of this user, and no browser's hosted session", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const { body: one } = await redeem(pool, codeOf(await register(pool, browser)));
    const { body: two } = await redeem(pool, codeOf(await signIn(pool, pool.browser())));
    const bea = { username: "bea", email: "bea@example.org" };
    const { body: others } = await redeem(pool, codeOf(await register(pool, pool.browser(), bea)));
    expect((await administer(pool, "/mira/sign-out")).status).toBe(200);
    for (const body of [one, two]) {
      expect((await refresh(pool, body.refresh_token)).body).toEqual({ error: "invalid_grant" });
      expect((await userInfo(pool, body.access_token)).status).toBe(401);
    }
    expect((await refresh(pool, others.refresh_token)).status).toBe(200);
    expect((await userInfo(pool, others.access_token)).status).toBe(200);
    const again = await redeem(pool, codeOf(await browser.get(authorizeAddress(pool))));
    expect((await refresh(pool, again.body.refresh_token)).status).toBe(200);
  });
});

describe("deleting a user", () => {
  test("ends sessions, codes and tokens, also for whoever takes the name next", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const { body } = await redeem(pool, codeOf(await register(pool, browser)));
    const code = codeOf(await browser.get(authorizeAddress(pool)));
    const half = pool.browser();
    await createUser(pool);
    const ann = { username: "ann", password: TEMPORARY_PASSWORD };
    const stepPage = await half.follow(await signIn(pool, half, ann));
    for (const name of ["mira", "ann"]) await administer(pool, `/${name}/delete`);

    const expectAllOver = async () => {
      expect((await redeem(pool, code)).body).toEqual({ error: "invalid_grant" });
      expect((await refresh(pool, body.refresh_token)).body).toEqual({ error: "invalid_grant" });
      expect((await userInfo(pool, body.access_token)).status).toBe(401);
      expect((await browser.get(authorizeAddress(pool))).location).toContain("/login?");
      expect((await half.submit(stepPage, "Change password")).status).toBe(400);
    };
    await expectAllOver();
    const unknown = await signIn(pool, pool.browser());
    expect(alertOf(unknown)).toBe("Incorrect username or password.");
    expect(callbackOf(await register(pool)).get("code")).toBeTruthy();
    await createUser(pool);
    await expectAllOver();
    expect((await detailsOf(pool, "mira")).signIns).toHaveLength(1);
  });
});
