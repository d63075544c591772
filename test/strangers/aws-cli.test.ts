import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { PASSWORD, startPool, type TestPool } from "../local-cognito/support/pool.ts";
import { hasPrograms } from "../support/programs.ts";

const isInstalled = hasPrograms(["aws"], import.meta.url);
const run = promisify(execFile);

/** Runs `aws cognito-idp …` as somebody would who has no account; returns what it printed. */
async function aws({ origin }: TestPool, ...words: string[]) {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_PAGER: "",
  };
  const options = ["--endpoint-url", origin, "--output", "json"];
  const { stdout } = await run("aws", ["cognito-idp", ...words, ...options], { env });
  return stdout ? JSON.parse(stdout) : undefined;
}

describe.skipIf(!isInstalled)("the AWS CLI", () => {
  // Python takes its time to begin, many times as long on a busy machine.
  test("makes a user, shows them, and names what is refused", { timeout: 300_000 }, async () => {
    const pool = await startPool();
    const ann = ["--user-pool-id", pool.userPoolId, "--username", "ann"];
    const { User } = await aws(
      pool,
      "admin-create-user",
      ...ann,
      "--user-attributes",
      "Name=email,Value=ann@example.org",
      "Name=email_verified,Value=true",
    );
    expect(User.UserStatus).toBe("FORCE_CHANGE_PASSWORD");
    expect(
      await aws(pool, "admin-set-user-password", ...ann, "--password", PASSWORD, "--permanent"),
    ).toBeUndefined();
    const shown = await aws(pool, "admin-get-user", ...ann);
    expect(shown).toMatchObject({ Username: "ann", UserStatus: "CONFIRMED" });
    const refused = aws(
      pool,
      "initiate-auth",
      "--client-id",
      pool.clientId,
      "--auth-flow",
      "USER_PASSWORD_AUTH",
      "--auth-parameters",
      `USERNAME=ann,PASSWORD=${PASSWORD}`,
    );
    await expect(refused).rejects.toThrow(
      `An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Client ${pool.clientId} is configured with secret but SECRET_HASH was not received`,
    );
  });
});
