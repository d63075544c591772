/** A part of the app, and the test files that are there to notice a change in it. */
export interface MutatedModule {
  mutate: string[];
  tests: string[];
}

/** What sign-in, sessions and redirects are made of. */
export const mutatedModules: Record<string, MutatedModule> = {
  "ID tokens": {
    mutate: files("cognito", "id-token", "signing-keys", "key-set", "json-answer"),
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
      "cognito",
      "authorization-request",
      "overload",
      "cognito-http",
      "relying-party",
      "token-response",
      "token-request",
      "token-revocation",
      "tunnel-agent",
      "user",
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
        "session",
        "callback-claims",
        "cookies",
        "express-session-store",
        "pending-sign-in",
        "renewals",
        "row-sealer",
        "sealing",
        "session",
        "session-cookie",
        "sessions",
      ),
      "src/limit-waiting.ts",
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
    mutate: files("web", "local-path", "redirect", "request-target", "sign-in"),
    tests: ["guards", "headers", "input/paths", "proxy", "sign-in"],
  },
  routes: {
    mutate: files(
      "web",
      "authorization-response",
      "callback",
      "current-session",
      "guards",
      "methods",
      "request-kind",
      "same-origin",
      "session-changes",
      "sign-out",
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

function files(folder: string, ...names: string[]): string[] {
  return names.map((name) => `src/${folder}/${name}.ts`);
}
