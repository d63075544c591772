import type { Pool } from "../pool.ts";
import type { ApiException } from "./exceptions.ts";

/** What came of a call; whatever was thrown has become an exception. */
export interface Outcome {
  operation?: string;
  /** As it was sent. */
  clientId?: unknown;
  output?: object | undefined;
  exception?: ApiException;
  remarks: string[];
  /** What triggers did meanwhile, a sentence each. */
  triggers?: string[];
}

/** Notes a call for the developer: which operation, for which client, and what came of it. */
export function logCall(
  pool: Pool,
  { at, requestId, path }: { at: number; requestId: string; path: string },
  { operation, clientId, output, exception, remarks, triggers = [] }: Outcome,
): void {
  const isName = operation !== undefined && /^\w{1,60}$/.test(operation);
  // Any other value stays out: it may be a secret in the wrong place.
  const client = pool.clients.find(clientId);
  pool.requests.add({
    at: new Date(at).toISOString(),
    requestId,
    method: "POST",
    path: path.slice(0, 100),
    ...(isName && { operation }),
    ...(client && { clientId: client.clientId }),
    status: exception?.status ?? 200,
    outcome: exception ? "refused" : outcomeOf(output),
    ...(triggers.length > 0 && { triggers }),
    ...(exception && { error: exception.exception, reason: exception.reason }),
    ...(remarks.length > 0 && { remark: remarks.join(" ") }),
  });
}

function outcomeOf(output: object = {}): string {
  if ("ChallengeName" in output) return `the challenge ${output.ChallengeName}`;
  return "AuthenticationResult" in output ? "tokens" : "done";
}
