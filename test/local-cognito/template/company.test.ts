import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { readTemplateFile } from "../../../src/local-cognito/template/file.ts";
import { call } from "../api/support/calls.ts";
import { redeem } from "../support/client.ts";
import {
  authorizeAddress,
  CALLBACK,
  codeOf,
  readInbox,
  requestQuery,
  signIn,
  signUp,
  startPool,
  type TestPool,
} from "../support/pool.ts";
import { problemsOf, quietClient, quietPool, read } from "./support/read-template.ts";
import { caseFile } from "./support/start-command.ts";

/** A pool as one of the templates has it. */
async function poolOf(file: string, client?: string): Promise<TestPool> {
  const options = client === undefined ? {} : { client };
  const { settings } = await readTemplateFile(caseFile(file), options);
  return startPool({ settings, callbackUrls: undefined, signOutUrls: undefined });
}

describe("a company's template", () => {
  test("has its people, with their groups and roles, who choose a password at the first sign-in", async () => {
    const pool = await poolOf("company.yaml");
    const browser = pool.browser();
    const mails = await readInbox(browser);

    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
      ["root@example.org", "Come in"],
    ]);
    const [, password = ""] = /^root, your key is (\S+)\.$/.exec(mails[0]?.body ?? "") ?? [];
    const form = await browser.open(authorizeAddress(pool));
    const change = await browser.follow(
      await browser.submit(form, "Sign in", { username: "root", password }),
    );
    const answer = await browser.submit(change, "Change password", {
      password: "Correct-Horse-9",
      passwordAgain: "Correct-Horse-9",
    });
    const { body } = await redeem(pool, codeOf(answer));
    expect(decodeJwt(String(body.id_token))).toMatchObject({
      "cognito:username": "root",
      "cognito:groups": ["admins"],
      "cognito:roles": ["arn:aws:iam::123456789012:role/admins"],
      "cognito:preferred_role": "arn:aws:iam::123456789012:role/admins",
      email: "root@example.org",
      email_verified: true,
    });
  });

  test("asks for what the client may write, keeps nothing else, and writes in its own words", async () => {
    const pool = await poolOf("company.yaml");
    const browser = pool.browser();
    const form = await browser.get(`/signup?${requestQuery(pool)}`);

    expect(form.text).toContain("custom:team");
    expect(form.text).not.toMatch(/custom:plan|email_verified|"sub"|\[sub\]/);
    const fields = {
      "requiredAttributes[custom:team]": "blue",
      "custom:team": "blue",
      "requiredAttributes[custom:plan]": "gold",
      "custom:plan": "gold",
    };
    const confirmPage = await signUp(pool, browser, fields);
    const [mail] = await readInbox(browser);
    expect(mail).toMatchObject({
      subject: "Welcome aboard",
      body: `Your boarding code is ${mail?.code}.`,
    });
    const answer = await browser.submit(confirmPage, "Confirm account", { code: mail?.code ?? "" });
    const { body } = await redeem(pool, codeOf(answer));
    const claims = decodeJwt(String(body.id_token));
    expect(claims["custom:team"] ?? "blue").toBe("blue");
    expect(claims).not.toHaveProperty("custom:plan");
    const user = await browser.get("/_local/users/mira", { accept: "application/json" });
    expect(JSON.parse(user.text).attributes).toEqual({
      email: "mira@example.org",
      "custom:team": "blue",
    });
  });

  test.each([
    ["CorpLogin", "SAML", { email: "ann@example.org", "custom:plan": "gold" }],
    ["Login", "OIDC", { email: "ann@example.org", name: "Ann", email_verified: "true" }],
  ])("lets people in through %s, its own %s provider", async (name, type, person) => {
    const pool = await poolOf("company.yaml", "ThroughCorp");
    const browser = pool.browser();
    const page = await browser.open(authorizeAddress(pool));
    expect(page.text).toContain("CorpLogin");
    expect(page.text).not.toContain('type="password"');

    const stand = await browser.open(authorizeAddress(pool, { identity_provider: name }));
    const answer = await browser.follow(await browser.submit(stand, "Continue", person));

    const { body } = await redeem(pool, codeOf(answer));
    const claims = decodeJwt(String(body.id_token));
    expect(claims).toMatchObject({
      email: "ann@example.org",
      email_verified: type === "OIDC",
      identities: [{ providerName: name, providerType: type }],
    });
  });

  test("takes from a provider only what its client may write", async () => {
    const { settings } = await readTemplateFile(caseFile("company.yaml"));
    const [client, through] = settings.clients;
    if (!through) throw new Error("There is one client only.");
    const clients = [{ ...through, writeAttributes: client.writeAttributes }, client] as const;
    const pool = await startPool({
      settings: { ...settings, clients: [...clients] },
      callbackUrls: undefined,
      signOutUrls: undefined,
    });
    const browser = pool.browser();
    const page = await browser.open(authorizeAddress(pool, { identity_provider: "CorpLogin" }));
    const person = { email: "ann@example.org", "custom:plan": "gold" };

    const answer = await browser.follow(await browser.submit(page, "Continue", person));

    expect(answer.location).toContain("unauthorized+attribute");
    const log = await browser.get("/_local/requests");
    expect(log.text).toContain("custom:plan is mapped, and WriteAttributes of the client");
  });
});

describe("a template with CSS of its own", () => {
  const style = (name: string, client: string, css: string) => `
  ${name}:
    Type: AWS::Cognito::UserPoolUICustomizationAttachment
    Properties: { UserPoolId: !Ref Pool, ClientId: ${client}, CSS: "${css}" }`;
  const blue = ".submitButton-customizable { background: blue; }";
  const red = ".submitButton-customizable:hover, .label-customizable { color: red; }";

  test("has it on the classic pages, of its own client before that of all", async () => {
    const other = `
  Other:
    Type: AWS::Cognito::UserPoolClient
    Properties: { UserPoolId: !Ref Pool, ClientName: other }`;
    const more = other + style("ForAll", "ALL", blue) + style("ForOther", "!Ref Other", red);
    const client = `${quietClient}\nCallbackURLs: [${CALLBACK}]`;
    const { settings, warnings } = await read({ client, more });
    expect(warnings).toEqual([]);
    const pool = await startPool({ settings });
    const browser = pool.browser();
    const page = await browser.open(authorizeAddress(pool, { scope: "openid" }));
    const [, address = ""] =
      /<link rel="stylesheet" href="(\/custom\.css[^"]+)"/.exec(page.text) ?? [];
    const css = await browser.get(address);
    expect([css.headers.get("content-type"), css.text]).toEqual(["text/css; charset=utf-8", blue]);
    const otherId = pool.clients.find(({ name }) => name === "other")?.clientId;
    const { userPoolId: UserPoolId } = pool;
    const renamed = { UserPoolId, ClientId: otherId, ClientName: "renamed" };
    await call(pool, "UpdateUserPoolClient", renamed);
    expect((await browser.get(`/custom.css?client_id=${otherId}`)).text).toBe(red);
    expect((await browser.get("/custom.css?client_id=nobody")).status).toBe(404);
    expect((await browser.get("/error")).text).not.toContain("custom.css");
  });

  test("is told what AWS refuses in it, and where it is not shown", async () => {
    const refused = style(
      "ForAll",
      "ALL",
      "@import url(http://localhost/a.css); body { color: red }",
    );
    expect(await problemsOf({ more: refused })).toEqual([
      "Resources.ForAll.Properties.CSS: cannot have @import.",
    ]);
    const more = style("ForAll", "ALL", "/* x */ .label-customizable, body { color: red }");
    const nobodys = style("ForNobody", "nobody", "/* no @media */ .logo-customizable { top: 0 }");
    const images = ["https://a.example/a.png", "'data:image/png;base64,AA=='", "/here.png"];
    const outside = images.map((url, index) =>
      style(`Image${index}`, "ALL", `.logo-customizable { background: url(${url}) }`),
    );
    expect((await read({ more: nobodys + outside.join("") })).warnings).toEqual([
      "Resources.ForNobody.Properties.ClientId: is no client of this pool here, so its CSS is not shown.",
      expect.stringMatching(
        /^Resources.Image0.Properties.CSS: has url\(https:\/\/a.example\/a.png…\)/,
      ),
      expect.stringMatching(/^Resources.Image1.Properties.CSS: has url\(data:…\)/),
    ]);
    const managed = `
  Second:
    Type: AWS::Cognito::UserPoolDomain
    Properties: { UserPoolId: !Ref Pool, Domain: second, ManagedLoginVersion: 2 }`;
    const { warnings, settings } = await read({ more: more + managed });
    expect(settings.managedLoginVersion).toBe(2);
    expect((await read({ more })).settings.managedLoginVersion).toBe(1);
    expect(warnings).toEqual(
      expect.arrayContaining([
        expect.stringContaining(
          "CSS: styles body, and AWS takes its own classes alone: .background",
        ),
        "Resources.ForAll.Properties.CSS: is for the classic pages; this domain has managed login.",
        expect.stringMatching(/ManagedLoginVersion: is 2, .*“Login pages unavailable”\./),
      ]),
    );
  });
});

describe("a template that confirms by link", () => {
  const own = "Please {##open this##}, and come in.";
  test.each([
    [
      "Cognito's own words",
      "Please click the link below to verify your email address. Verify Email ",
      1,
    ],
    ["its own words", "Please open this, and come in.", 2],
  ])("mails one in %s, which confirms whoever opens it", async (_name, words, version) => {
    const text = version === 2 ? `, EmailMessageByLink: "${own}"` : "";
    const { settings, warnings } = await read({
      pool: `${quietPool}\nVerificationMessageTemplate: { DefaultEmailOption: CONFIRM_WITH_LINK${text} }`,
      client: `${quietClient.replace("[openid]", "[openid, email]")}\nCallbackURLs: [${CALLBACK}]`,
    });
    expect(warnings).toEqual([]);
    const managedLoginVersion = version === 2 ? 2 : 1;
    const pool = await startPool({ settings: { ...settings, managedLoginVersion } });
    const browser = pool.browser();
    const page = await signUp(pool, browser);
    expect(page.text).toContain("We have sent a link by email to m****@e****.");
    expect(page.text).not.toContain('name="code"');
    const [mail] = await readInbox(browser);
    expect(mail?.body).toBe(words);
    const inbox = await browser.get("/_local/inbox");
    const [, link = ""] = /<a href="([^"]+)">Open the link/.exec(inbox.text) ?? [];
    const address = link.replaceAll("&amp;", "&");
    expect(address).toBe(
      `/confirmUser?client_id=${pool.clientId}&user_name=mira&confirmation_code=${mail?.code}`,
    );

    const reader = pool.browser();
    const wrong = await reader.get(address.replace(/\d{6}$/, "000000x"));
    expect([wrong.status, wrong.text]).toEqual([
      400,
      expect.stringContaining("Invalid verification code provided, please try again."),
    ]);
    expect((await reader.get(address)).text).toContain("Your registration has been confirmed!");
    const again = await reader.get(address);
    expect(again.text).toContain("User cannot be confirmed. Current status is CONFIRMED");
    const form = await browser.open(`/confirm?${requestQuery(pool)}`);
    expect(form.text).toContain('type="password"');
    expect(codeOf(await signIn(pool, browser))).toBeTruthy();
    const unknown = await reader.get("/confirmUser?client_id=nobody");
    expect([unknown.status, unknown.text]).toEqual([
      400,
      expect.stringContaining("User pool client does not exist."),
    ]);
  });
});

describe("a template that leaves much to administrators", () => {
  test("offers nobody a new password, and mails no code for one", async () => {
    const pool = await poolOf("no-way-in.yaml", "Other");
    const browser = pool.browser();
    const form = await browser.open(authorizeAddress(pool));
    expect(form.text).not.toContain("/forgotPassword");

    const page = await browser.get(`/forgotPassword?${requestQuery(pool)}`);
    const posted = await browser.post(`/forgotPassword?${requestQuery(pool)}`, {
      username: "mira",
    });

    expect([page.status, posted.status]).toEqual([403, 403]);
    expect(page.text).toContain("Ask an administrator to reset yours.");
    expect(await readInbox(browser)).toEqual([]);
  });

  test("says where a client has no way in", async () => {
    const pool = await poolOf("no-way-in.yaml", "Client");
    const page = await pool.browser().open(authorizeAddress(pool));

    expect(page.text).toContain("names no identity provider (SupportedIdentityProviders)");
    expect(page.text).not.toContain('type="password"');
  });

  test("recovers by the ways that it names, the best first", async () => {
    const withRecovery = async (mechanisms: string) => {
      const pool = `AccountRecoverySetting: { RecoveryMechanisms: [${mechanisms}] }`;
      return (await read({ pool })).settings.recoveryBy;
    };

    expect(await withRecovery("{ Name: admin_only, Priority: 1 }")).toEqual([]);
    expect(
      await withRecovery(
        "{ Name: verified_email, Priority: 2 }, { Name: verified_phone_number, Priority: 1 }",
      ),
    ).toEqual(["phone_number", "email"]);
  });
});
