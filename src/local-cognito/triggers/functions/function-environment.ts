import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export interface Surroundings {
  region: string;
  /** Where the pool is served; undefined before it is. */
  origin: string | undefined;
}

/**
 * The environment of a function: that of this process, with the region, and with this pool in place of Amazon's for AWS's
 * SDK. The SDK insists on keys; where there are none, it gets two that open nothing. A function's own variables come first.
 */
export function functionEnvironment(
  { region, origin }: Surroundings,
  own: Record<string, string> = {},
  given: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return {
    AWS_REGION: region,
    ...(!hasKeys(given) && { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" }),
    ...(origin !== undefined && { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: origin }),
    ...given,
    ...own,
  };
}

function hasKeys(env: NodeJS.ProcessEnv): boolean {
  const files = ["credentials", "config"].map((name) => join(homedir(), ".aws", name));
  return (
    Boolean(env.AWS_ACCESS_KEY_ID ?? env.AWS_PROFILE) || files.some((file) => existsSync(file))
  );
}
