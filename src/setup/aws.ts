import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";

export type Aws = Awaited<ReturnType<typeof openAws>>;

/** Thrown where the AWS SDK is not installed, as on a server without development dependencies. */
export class NoSdkError extends Error {
  override name = "NoSdkError";
}

/** The AWS SDK with clients for a region and the credentials that the person has. */
export async function openAws(region: string) {
  const [cloudFormation, cognito] = await Promise.all([
    import("@aws-sdk/client-cloudformation"),
    import("@aws-sdk/client-cognito-identity-provider"),
  ]).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ERR_MODULE_NOT_FOUND" ? new NoSdkError("the AWS SDK is missing") : error;
  });
  const client: CloudFormationClient = new cloudFormation.CloudFormationClient({ region });
  const pools = new cognito.CognitoIdentityProviderClient({ region });
  return {
    cloudFormation,
    client,
    /** The secret of an app client; throws the SDK's error. */
    async clientSecretOf(UserPoolId: string, ClientId: string): Promise<string> {
      const command = new cognito.DescribeUserPoolClientCommand({ UserPoolId, ClientId });
      const { UserPoolClient } = await pools.send(command);
      return UserPoolClient?.ClientSecret ?? "";
    },
    close() {
      client.destroy();
      pools.destroy();
    },
  };
}
