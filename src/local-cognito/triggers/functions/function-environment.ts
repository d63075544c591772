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
 * SDK. The SDK insists on keys, and gets two that open nothing where there are none. A function of a template always gets
 * these two: nobody has asked for it to run, and with real keys it would write to the real AWS. Its own variables come first.
 */
export function functionEnvironment(
  { region, origin }: Surroundings,
  ofTemplate?: Record<string, string>,
  given: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return {
    AWS_REGION: region,
    ...(origin !== undefined && { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: origin }),
    ...given,
    ...((ofTemplate || !hasKeys(given)) && keysThatOpenNothing),
    ...ofTemplate,
  };
}

/** A session or a profile would count with these keys, or before them. */
const keysThatOpenNothing = {
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
};

function hasKeys(env: NodeJS.ProcessEnv): boolean {
  const files = ["credentials", "config"].map((name) => join(homedir(), ".aws", name));
  return (
    Boolean(env.AWS_ACCESS_KEY_ID ?? env.AWS_PROFILE) || files.some((file) => existsSync(file))
  );
}
