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
      "sign-in/cognito/clock",
      "sign-in/cognito/faults",
      "site/health",
      "sign-in/cognito/id-token/claims",
      "sign-in/cognito/id-token/form",
      "sign-in/cognito/id-token/signature",
      "sign-in/cognito/key-set-outages",
      "sign-in/session/renewal",
      "sign-in/cognito/signing-keys",
    ],
  },
  "calls to Cognito": {
    mutate: files(
      "cognito/authorization-request",
      "cognito/calls/throttling",
      "cognito/calls/cognito-http",
      "cognito/relying-party",
      "cognito/token-response",
      "cognito/token-request",
      "cognito/token-revocation",
      "cognito/calls/tunnel-agent",
      "cognito/user",
    ),
    tests: [
      "sign-in/routes/callback",
      "sign-in/cognito/clock",
      "sign-in/cognito/faults",
      "sign-in/visitor/guards",
      "site/hostile-text",
      "sign-in/cognito/calls/https-proxy",
      "sign-in/cognito/id-token/form",
      "sign-in/cognito/calls/provider-certificate",
      "sign-in/session/renewal",
      "sign-in/session/session",
      "sign-in/routes/sign-in",
      "sign-in/routes/sign-out",
      "sign-in/cognito/token-request",
      "sign-in/cognito/calls/call-limit",
      "sign-in/routes/your-sessions",
    ],
  },
  sessions: {
    mutate: [
      ...files(
        "session/callback-claims",
        "request/cookies",
        "session/access-tokens",
        "session/known-sessions",
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
      "sign-in/routes/callback",
      "sign-in/session/callback-claims",
      "sign-in/cognito/clock",
      "sign-in/request/cookies",
      "sign-in/visitor/pending-sign-in",
      "sign-in/session/renewal",
      "sign-in/session/renewal-lock",
      "sign-in/session/renewal-outcomes",
      "sign-in/session/sealing",
      "sign-in/session/session",
      "sign-in/session/session-rows",
      "sign-in/session/session-secret",
      "sign-in/routes/sign-in",
      "sign-in/routes/sign-out",
      "sign-in/store/store-failures",
      "sign-in/routes/your-sessions",
    ],
  },
  redirects: {
    mutate: files(
      "request/local-path",
      "request/redirect",
      "request/request-target",
      "routes/login",
    ),
    tests: [
      "sign-in/visitor/guards",
      "site/headers",
      "input/paths",
      "site/proxy",
      "sign-in/routes/sign-in",
    ],
  },
  routes: {
    mutate: files(
      "request/authorization-response",
      "routes/callback",
      "visitor/visit",
      "visitor/guards",
      "request/methods",
      "request/request-kind",
      "request/same-origin",
      "visitor/session-changes",
      "routes/logout",
    ),
    tests: [
      "sign-in/routes/callback",
      "sign-in/routes/error-pages",
      "sign-in/visitor/guards",
      "input/methods",
      "input/parameters",
      "site/log/logs",
      "sign-in/session/renewal",
      "sign-in/session/session",
      "sign-in/routes/sign-out",
      "sign-in/routes/your-sessions",
    ],
  },
};

function files(...names: string[]): string[] {
  return names.map((name) => `src/sign-in/${name}.ts`);
}
