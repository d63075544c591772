import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
} from "vitest";
import { setupCommand } from "../../src/setup/command.ts";
import type { Terminal } from "../../src/setup/terminal.ts";
import { templatePath } from "../../src/user-pool/template-path.ts";
import { noteOutput, noteSecret } from "../support/canary.ts";
import { clientSecret, type FakeAws, startFakeAws } from "./support/fake-aws.ts";

const credentials = {
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "an-example-of-a-secret-access-key",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_SHARED_CREDENTIALS_FILE: "/nowhere/credentials",
  AWS_CONFIG_FILE: "/nowhere/config",
};

let aws: FakeAws;
let folder: string;
let dotenvPath: string;
const before = { ...process.env };
beforeAll(() => noteSecret("the client secret", clientSecret));
beforeEach(async () => {
  aws = await startFakeAws();
  folder = await mkdtemp(join(tmpdir(), "setup-"));
  dotenvPath = join(folder, ".env");
  Object.assign(process.env, credentials, { AWS_ENDPOINT_URL: aws.url });
});
afterEach(async () => {
  await aws.close();
  await rm(folder, { recursive: true });
});
afterAll(() => {
  for (const name of [...Object.keys(credentials), "AWS_ENDPOINT_URL"]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

/** Somebody who answers as told, and agrees to the rest. */
function person(
  answers: Record<string, string> = {},
  isForPeople = true,
): Terminal & { heard: string; asked: string[] } {
  const terminal = {
    isForPeople,
    heard: "",
    asked: [] as string[],
    say(words: string) {
      terminal.heard += `${words}\n`;
    },
    async ask(question: string, fallback = "") {
      terminal.asked.push(question);
      terminal.heard += `${question}\n`;
      const [, answer] = Object.entries(answers).find(([start]) => question.includes(start)) ?? [];
      return answer ?? (question.includes("Go ahead?") ? "yes" : fallback);
    },
    close() {},
  };
  return terminal;
}

async function setup(words: string[], terminal = person()) {
  const flags = ["--region", "eu-west-1", ...words];
  const exitCode = await setupCommand(flags, terminal, {}, { dotenvPath, pollMs: 1 });
  noteOutput(terminal.heard);
  return { exitCode, heard: terminal.heard, asked: terminal.asked };
}

const dotenv = () => readFile(dotenvPath, "utf8");
const poolLines = [
  "COGNITO_DOMAIN=https://sign-in-1.auth.eu-west-1.amazoncognito.com",
  "COGNITO_USER_POOL_ID=eu-west-1_Ab3dE5gH1",
  "CLIENT_ID=4k2nq7example0client1id23",
  `CLIENT_SECRET=${clientSecret}`,
];

const scopesLine = "SCOPES=email openid phone aws.cognito.signin.user.admin";

describe("npm run setup", () => {
  test("asks, makes the pool of the template, shows each resource, and writes .env for its owner alone", async () => {
    const { exitCode, heard, asked } = await setup([]);

    expect(exitCode).toBe(0);
    expect(asked.slice(0, 2)).toEqual(["Name of the CloudFormation stack?", "Address of the app?"]);
    expect(aws.template).toBe(await readFile(templatePath, "utf8"));
    expect(aws.stack?.parameters).toEqual({
      AppUrl: "http://localhost:3000",
      DeletionProtection: "ACTIVE",
    });
    for (const resource of ["UserPool", "Domain", "Client"]) {
      expect(heard).toContain(`  Add      ${resource} (AWS::Cognito::${resource})`);
      expect(heard).toContain(`  create complete  ${resource}\n`);
    }
    expect(await dotenv()).toBe(`${[...poolLines, scopesLine].join("\n")}\n`);
    expect((await stat(dotenvPath)).mode & 0o777).toBe(0o600);
    expect(heard).toMatch(/protected from deletion:\n {2}update complete {2}UserPool/);
    expect(heard).not.toContain(clientSecret);
    expect(heard).toContain("npm run doctor");
  });

  test("keeps what is in .env, but for the pool's own lines, and asks before it writes", async () => {
    await writeFile(
      dotenvPath,
      "# mine\nPORT=4000\nCLIENT_ID=old\nLOG_LEVEL=debug\nCLIENT_ID=older\n",
    );

    const { heard } = await setup([]);

    expect(heard).toContain(`into ${dotenvPath}, and keep the rest of it?`);
    expect(await dotenv()).toBe(
      `${["# mine", "PORT=4000", poolLines[2], "LOG_LEVEL=debug", poolLines[0], poolLines[1], poolLines[3], scopesLine].join("\n")}\n`,
    );
  });

  test("leaves .env alone where the person would rather not", async () => {
    const { exitCode, heard } = await setup([], person({ "Make ": "no" }));

    expect([exitCode, aws.stack?.status]).toEqual([0, "UPDATE_COMPLETE"]);
    await expect(stat(dotenvPath)).rejects.toThrow();
    expect(heard).toContain("was left as it is");
  });

  test("gives a public site its address and a session secret, and asks nothing with --yes", async () => {
    const { exitCode, asked } = await setup(
      ["--app-url", "https://app.example.com", "--yes"],
      person(),
    );

    expect([exitCode, asked]).toEqual([0, []]);
    expect(aws.stack?.parameters).toMatchObject({ AppUrl: "https://app.example.com" });
    expect(await dotenv()).toMatch(
      /^APP_URL=https:\/\/app\.example\.com\nSESSION_SECRET=[\da-f]{64}$/m,
    );
  });

  test("a second time shows the difference, and changes it", async () => {
    await setup(["--yes"]);

    const { exitCode, heard } = await setup(["--parameter", "Mfa=ON"]);

    expect([exitCode, heard.includes("This would change:\n  Modify   UserPool")]).toEqual([
      0,
      true,
    ]);
    expect(aws.stack).toMatchObject({ status: "UPDATE_COMPLETE", parameters: { Mfa: "ON" } });
    expect(heard).toContain("has all of it already");
  });

  test("a second time with nothing to change says so", async () => {
    await setup(["--yes"]);

    const { exitCode, heard } = await setup([]);

    expect([exitCode, heard.includes("is as it should be already")]).toEqual([0, true]);
  });

  test("keeps the address that the stack has, whatever the usual one is", async () => {
    await setup(["--app-url", "https://app.example.com", "--yes"]);

    const { asked } = await setup(["--parameter", "Mfa=ON"]);

    expect(asked).not.toContain("Address of the app?");
    expect(aws.stack?.parameters).toMatchObject({ AppUrl: "https://app.example.com", Mfa: "ON" });
    expect(await dotenv()).toContain("APP_URL=https://app.example.com\n");
  });

  test("keeps every parameter that the template still has, and no other", async () => {
    await setup(["--parameter", "Mfa=OFF", "--yes"]);
    // Of an older template; this one has something else of that name.
    Object.assign(aws.stack?.parameters ?? {}, { UserPool: "eu-west-1_Ab3dE5gH1" });

    await setup(["--app-url", "https://app.example.com", "--yes"]);

    expect(aws.stack?.parameters).toEqual({
      AppUrl: "https://app.example.com",
      DeletionProtection: "ACTIVE",
      Mfa: "OFF",
    });
  });

  test("writes the port of another address on this machine", async () => {
    await setup(["--app-url", "http://localhost:8080", "--yes"]);

    expect(await dotenv()).toMatch(/^PORT=8080$/m);
    expect(await dotenv()).not.toContain("APP_URL");
  });

  test("changes nothing where the person would rather not", async () => {
    const { exitCode, heard } = await setup([], person({ "Go ahead?": "no" }));

    expect([exitCode, aws.stack]).toEqual([1, undefined]);
    expect(heard).toContain("Nothing was changed.");
  });

  test("goes on where an earlier run was interrupted", async () => {
    await setup(["--yes"]);
    aws.questionsPerStep = 3;
    aws.begin("UPDATE_IN_PROGRESS");

    const { exitCode, heard } = await setup(["--yes"]);

    expect([exitCode, heard.includes("AWS is at work on this stack already")]).toEqual([0, true]);
  });

  test("protects the pool of a first run that was interrupted", async () => {
    // As it is while the rest is made.
    await setup(["--parameter", "DeletionProtection=INACTIVE", "--yes"]);
    aws.begin("CREATE_IN_PROGRESS");

    const { exitCode, heard } = await setup([]);

    expect([exitCode, heard.includes("This would change:\n  Modify   UserPool")]).toEqual([
      0,
      true,
    ]);
    expect(aws.stack?.parameters).toMatchObject({ DeletionProtection: "ACTIVE" });
  });

  test("leaves a pool unprotected that was made so later on", async () => {
    await setup(["--yes"]);
    await setup(["--parameter", "DeletionProtection=INACTIVE", "--yes"]);

    await setup(["--parameter", "Mfa=ON", "--yes"]);

    expect(aws.stack?.parameters).toMatchObject({ DeletionProtection: "INACTIVE", Mfa: "ON" });
  });
});

describe("npm run setup -- --delete", () => {
  test("takes the stack down once its name was typed, protection and all", async () => {
    await setup(["--parameter", "DeletionProtection=ACTIVE", "--yes"]);

    const { exitCode, heard } = await setup(["--delete"], person({ "Type the name": "sign-in" }));

    expect([exitCode, aws.stack]).toEqual([0, undefined]);
    expect(heard).toContain("delete complete  UserPool");
    expect(aws.actions.indexOf("DeleteStack")).toBeGreaterThan(
      aws.actions.lastIndexOf("ExecuteChangeSet"),
    );
  });

  test("deletes nothing under another name", async () => {
    await setup(["--yes"]);

    const { exitCode } = await setup(["--delete"], person({ "Type the name": "yes" }));

    expect([exitCode, aws.stack?.status]).toEqual([1, "UPDATE_COMPLETE"]);
  });

  test("has to be asked about, whatever --yes says", async () => {
    await setup(["--yes"]);

    const { exitCode, heard } = await setup(["--delete", "--yes"], person({}, false));

    expect([exitCode, aws.stack?.status]).toEqual([2, "UPDATE_COMPLETE"]);
    expect(heard).toContain("Nobody can be asked here");
  });

  test("says so where there is none", async () => {
    const { exitCode, heard } = await setup(["--delete"]);

    expect([exitCode, heard.includes("There is no stack sign-in in eu-west-1.")]).toEqual([
      1,
      true,
    ]);
  });
});

describe("What goes wrong is explained:", () => {
  const refusals: [string, string, string, string][] = [
    [
      "expired credentials",
      "ExpiredToken",
      "The security token included in the request is expired",
      "have expired",
    ],
    [
      "credentials of nobody",
      "InvalidClientTokenId",
      "The security token included in the request is invalid.",
      "does not accept these credentials in eu-west-1",
    ],
    [
      "too little permission",
      "AccessDenied",
      "User: arn:aws:iam::1:user/ann is not authorized to perform: cloudformation:DescribeStacks on resource: arn",
      "may not do this: cloudformation:DescribeStacks.",
    ],
  ];
  test.each(refusals)("%s", async (_what, code, message, words) => {
    aws.script = { refuses: { DescribeStacks: { code, message } } };

    const { exitCode, heard } = await setup(["--yes"]);

    expect([exitCode, heard.includes(words)]).toEqual([1, true]);
    expect(heard).not.toContain("arn:aws:iam");
  });

  test.each([
    ["AppUrl", "Parameter 'AppUrl' failed to satisfy constraint: https:// and a host"],
    ["Mfa", "Parameter 'Mfa' must be one of AllowedValues"],
    ["MFA", "Parameters: [MFA] do not exist in the template"],
  ])("a parameter that the template does not take: %s", async (name, message) => {
    aws.script = { refuses: { CreateChangeSet: { code: "ValidationError", message } } };

    const { exitCode, heard } = await setup(["--parameter", `${name}=x`, "--yes"]);

    expect(exitCode).toBe(1);
    expect(heard).toContain(`AWS does not take what was given: ${message}\n`);
    expect(heard).toContain("src/user-pool/template.yaml");
  });

  test("an SSO sign-in that is over", async () => {
    const config = join(folder, "config");
    const sso = ["start_url = https://example.org", "region = eu-west-1", "account_id = 1"];
    const lines = [...sso, "role_name = Admin"].map((line) => `sso_${line}`);
    await writeFile(config, ["[profile old]", ...lines].join("\n"));
    const { HOME } = process.env;
    delete process.env.AWS_ACCESS_KEY_ID;
    Object.assign(process.env, { HOME: folder, AWS_CONFIG_FILE: config, AWS_PROFILE: "old" });
    onTestFinished(() => {
      delete process.env.AWS_PROFILE;
      process.env.HOME = HOME;
    });

    const { exitCode, heard } = await setup(["--yes"]);

    expect([exitCode, heard.includes("Sign in anew (aws sso login)")]).toEqual([1, true]);
  });

  test("no credentials", async () => {
    delete process.env.AWS_ACCESS_KEY_ID;

    const { exitCode, heard } = await setup(["--yes"]);

    expect([exitCode, heard.includes("No AWS credentials were found.")]).toEqual([1, true]);
  });

  test("a region that nobody answers for", async () => {
    await aws.close();

    const { exitCode, heard } = await setup(["--yes"]);
    aws = await startFakeAws();

    expect([exitCode, heard.includes("AWS does not answer in eu-west-1.")]).toEqual([1, true]);
  });

  test("a domain prefix that somebody has, with AWS's reason and the next step", async () => {
    const reason = "Domain already associated with another user pool.";
    aws.script = { fails: { resource: "Domain", reason } };

    const { exitCode, heard } = await setup(["--yes"]);

    expect(exitCode).toBe(1);
    expect(heard).toContain(`create failed  Domain: ${reason}`);
    expect(heard).toContain(`Its reason: ${reason}`);
    const remedy =
      "has to go first: npm run setup -- --region eu-west-1 --stack-name sign-in --delete";
    expect(heard).toContain(remedy);
    expect(heard.split(remedy)[1]).toContain("--stack-name sign-in --parameter DomainPrefix=");
    await expect(stat(dotenvPath)).rejects.toThrow();
    aws.script = {};
    expect((await setup(["--yes"])).heard).toContain(remedy);
    expect((await setup(["--delete"], person({ "Type the name": "sign-in" }))).exitCode).toBe(0);
    expect(aws.stack).toBeUndefined();
  });

  test("a change that was rolled back", async () => {
    await setup(["--yes"]);
    aws.script = { fails: { resource: "UserPool", reason: "Invalid MFA configuration given" } };

    const { exitCode, heard } = await setup(["--parameter", "Mfa=ON", "--yes"]);

    expect(exitCode).toBe(1);
    expect(heard).toContain(
      "is UPDATE_ROLLBACK_COMPLETE: AWS has not made the change.\nIts reason: Invalid MFA configuration given",
    );
  });

  test.each([
    [["--app"], "Unknown option"],
    [["--parameter", "Mfa"], "--parameter wants NAME=VALUE"],
    [["--stack-name", "my stack"], "A stack's name has letters"],
    [["--region", "Ireland"], "Which AWS region?"],
  ])("words that make no order: %j", async (words, explanation) => {
    const { exitCode, heard } = await setup(words);

    expect([exitCode, aws.actions]).toEqual([2, []]);
    expect(heard).toContain(explanation);
    expect(heard).toContain("npm run setup -- --delete");
  });
});
