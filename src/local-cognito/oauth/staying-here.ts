import { isOnThisMachine } from "../pool/registered-urls.ts";
import { errorPage } from "./authorization-response.ts";

/**
 * A template that is deployed as well has addresses of public sites. They are registered, as at AWS, but no browser and
 * no code is sent beyond this machine: this throws the redirect to the error page, which says so.
 */
export function assertStaysHere(parameter: string, url: string, clientId: string): void {
  if (isOnThisMachine(url)) return;
  const reason = `${parameter} is registered, and it is not on this machine: local Cognito sends no browser and no code there. Register the app's address on localhost as well, with --callback-url or --sign-out-url where it is started alone.`;
  throw errorPage({ error: "beyond_this_machine", reason }, clientId);
}
