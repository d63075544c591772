import type { UserPool } from "../user-pool.ts";
import type { CognitoHttp, CognitoResponse } from "./cognito-http.ts";

/** One call to Cognito that is over. */
export interface CognitoCall {
  endpoint: "token" | "revoke" | "jwks" | "discovery" | "api";
  /** The answer's class, such as `2xx`, or `no_answer` where none came whole and in time. */
  outcome: string;
  seconds: number;
}

/** Wraps `http` so that `report` hears of every call once it is over. */
export function reportCalls(
  http: CognitoHttp,
  { tokenEndpoint, revocationEndpoint, jwksUri, apiEndpoint }: UserPool,
  report: (call: CognitoCall) => void,
): CognitoHttp {
  const endpoints: Record<string, CognitoCall["endpoint"]> = {
    [tokenEndpoint]: "token",
    [revocationEndpoint]: "revoke",
    [jwksUri]: "jwks",
    [apiEndpoint]: "api",
  };

  async function timed(url: string, answer: Promise<CognitoResponse>): Promise<CognitoResponse> {
    const startedAt = performance.now();
    let outcome = "no_answer";
    try {
      const answered = await answer;
      outcome = `${Math.floor(answered.status / 100)}xx`;
      return answered;
    } finally {
      const seconds = (performance.now() - startedAt) / 1000;
      report({ endpoint: endpoints[url] ?? "discovery", outcome, seconds });
    }
  }

  return {
    get: (url) => timed(url, http.get(url)),
    postForm: (url, form, options) => timed(url, http.postForm(url, form, options)),
    postOperation: (url, operation, input) => timed(url, http.postOperation(url, operation, input)),
  };
}
