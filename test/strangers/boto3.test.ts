import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { PASSWORD, startPool } from "../local-cognito/support/pool.ts";
import { hasPrograms } from "../support/programs.ts";

const run = promisify(execFile);
/** Debian's package belongs to Debian's Python, which need not be the first on the PATH. */
const python = ["/usr/bin/python3", "python3"].find(
  (program) => spawnSync(program, ["-c", "import boto3"]).status === 0,
);
const isInstalled = python !== undefined || hasPrograms(["python3-boto3"], import.meta.url);

/** An administrator's script, with nothing but the address changed. */
const script = `
import base64, hashlib, hmac, json, sys
import boto3
from botocore.exceptions import ClientError

endpoint, pool, client, secret, password = sys.argv[1:]
idp = boto3.client("cognito-idp", endpoint_url=endpoint, region_name="eu-west-1",
                   aws_access_key_id="local", aws_secret_access_key="local")

def secret_hash(username):
    digest = hmac.new(secret.encode(), (username + client).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()

idp.create_group(UserPoolId=pool, GroupName="editors", Precedence=0)
for name in ["ann", "ben", "cid"]:
    idp.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS",
                          UserAttributes=[{"Name": "email", "Value": name + "@example.org"}])
    idp.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
    idp.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName="editors")
pages = idp.get_paginator("list_users").paginate(UserPoolId=pool, PaginationConfig={"PageSize": 2})
users = [user for page in pages for user in page["Users"]]
tokens = idp.admin_initiate_auth(UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
    AuthParameters={"USERNAME": "ann", "PASSWORD": password, "SECRET_HASH": secret_hash("ann")})
try:
    idp.admin_get_user(UserPoolId=pool, Username="nobody")
except ClientError as error:
    refused = error.response["Error"]
print(json.dumps({"users": sorted(user["Username"] for user in users),
                  "created": users[0]["UserCreateDate"].year,
                  "expires": tokens["AuthenticationResult"]["ExpiresIn"], "refused": refused}))
`;

describe.skipIf(!isInstalled)("boto3", () => {
  test("runs an administrator's script", { timeout: 300_000 }, async () => {
    const pool = await startPool();
    const { origin, userPoolId, clientId, clientSecret } = pool;
    const words = [origin, userPoolId, clientId, clientSecret, PASSWORD];
    const { stdout } = await run(python ?? "python3", ["-c", script, ...words]);
    expect(JSON.parse(stdout)).toEqual({
      users: ["ann", "ben", "cid"],
      created: 2026,
      expires: 3600,
      refused: { Code: "UserNotFoundException", Message: "User does not exist." },
    });
  });
});
