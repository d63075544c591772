/** Every setting that the app reads, as `.env.example` lists them; a name in `.env` that is like one of them is mistyped. */
export const settingNames = [
  "COGNITO_DOMAIN",
  "COGNITO_USER_POOL_ID",
  "COGNITO_ISSUER",
  "CLIENT_ID",
  "CLIENT_SECRET",
  "APP_URL",
  "NODE_ENV",
  "PORT",
  "HOST",
  "SESSION_SECRET",
  "REDIS_URL",
  "SESSION_IDLE_MINUTES",
  "SESSION_MAX_HOURS",
  "SCOPES",
  "IDENTITY_PROVIDERS",
  "TRUST_PROXY",
  "LOG_LEVEL",
  "DATA_DIR",
  "HTTPS_PROXY",
  "NO_PROXY",
  "METRICS_PORT",
  "LOCAL_COGNITO_PORT",
  "LOCAL_COGNITO_TRIGGERS",
  "LOCAL_COGNITO_KEY",
  "LOCAL_COGNITO_CERTIFICATE",
  "LOCAL_COGNITO_PARAMETERS",
  "LOCAL_COGNITO_USERS",
];

/** Node reads these before the app could put them into the environment. */
export const namesForNode = ["NODE_EXTRA_CA_CERTS", "NODE_OPTIONS"];
