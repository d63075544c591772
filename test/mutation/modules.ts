/** A part of the app, and the test files that are there to notice a change in it. */
export interface MutatedModule {
  mutate: string[];
  tests: string[];
}

/** What sign-in, sessions and redirects are made of. */
export const mutatedModules: Record<string, MutatedModule> = {
  "ID tokens": {
    mutate: files(
      "cognito/id-token",
      "cognito/signing-keys",
      "cognito/key-set",
      "cognito/calls/json-answer",
    ),
    tests: [
      "clock",
      "faults",
      "health",
      "id-token/claims",
      "id-token/form",
      "id-token/signature",
      "key-set-outages",
      "renewal",
      "signing-keys",
    ],
  },
  "calls to Cognito": {
    mutate: files(
      "cognito/authorization-request",
      "cognito/calls/overload",
      "cognito/calls/cognito-http",
      "cognito/relying-party",
      "cognito/token-response",
      "cognito/token-request",
      "cognito/token-revocation",
      "cognito/calls/tunnel-agent",
      "cognito/user",
    ),
    tests: [
      "callback",
      "clock",
      "faults",
      "guards",
      "hostile-text",
      "https-proxy",
      "id-token/form",
      "provider-certificate",
      "renewal",
      "session",
      "sign-in",
      "sign-out",
      "token-request",
      "waiting-calls",
      "your-sessions",
    ],
  },
  sessions: {
    mutate: [
      ...files(
        "session/callback-claims",
        "request/cookies",
        "visitor/express-session-store",
        "visitor/pending-sign-in",
        "session/renewals",
        "session/row-sealer",
        "session/sealing",
        "session/session",
        "visitor/session-cookie",
        "session/sessions",
      ),
      "src/sign-in/limit-waiting.ts",
    ],
    tests: [
      "callback",
      "callback-claims",
      "clock",
      "cookies",
      "pending-sign-in",
      "renewal",
      "renewal-lock",
      "renewal-outcomes",
      "sealing",
      "session",
      "session-rows",
      "session-secret",
      "sign-in",
      "sign-out",
      "store-failures",
      "your-sessions",
    ],
  },
  redirects: {
    mutate: files(
      "request/local-path",
      "request/redirect",
      "request/request-target",
      "routes/sign-in",
    ),
    tests: ["guards", "headers", "input/paths", "proxy", "sign-in"],
  },
  routes: {
    mutate: files(
      "request/authorization-response",
      "routes/callback",
      "visitor/current-session",
      "visitor/guards",
      "request/methods",
      "request/request-kind",
      "request/same-origin",
      "visitor/session-changes",
      "routes/sign-out",
    ),
    tests: [
      "callback",
      "error-pages",
      "guards",
      "input/methods",
      "input/parameters",
      "logs",
      "renewal",
      "session",
      "sign-out",
      "your-sessions",
    ],
  },
};

function files(...names: string[]): string[] {
  return names.map((name) => `src/sign-in/${name}.ts`);
}
