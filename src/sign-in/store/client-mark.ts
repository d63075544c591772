import { hash } from "node:crypto";
import type { UserPoolSettings } from "../settings/cognito.ts";

/**
 * What the keys of one client's rows end with: other apps may share the store, even with the same secret, and rows of another
 * client can neither be read nor removed. Nothing beside local Cognito, where there is but one client.
 */
export function markOf(userPool: UserPoolSettings | undefined): string {
  if (!userPool) return "";
  const { issuer, clientId } = userPool;
  return `@${hash("sha256", `${issuer} ${clientId}`, "base64url").slice(0, 12)}`;
}
