import { assumptions } from "../../assumptions.ts";
import type { AppClient } from "../../pool/clients.ts";
import type { AuthFlow } from "../../pool/pool-settings.ts";
import { ApiException } from "../exceptions.ts";

interface Flow {
  /** Any of these settings of the client allows it. */
  settings: AuthFlow[];
  operations: ("InitiateAuth" | "AdminInitiateAuth")[];
  /** How Cognito says that the client may not: every flow has its own words. */
  notAllowed: string;
}

const either: Flow["operations"] = ["InitiateAuth", "AdminInitiateAuth"];
const administrators: Flow = {
  settings: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"],
  operations: ["AdminInitiateAuth"],
  notAllowed: "Auth flow not enabled for this client",
};
const refreshing: Flow = {
  settings: [
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "USER_PASSWORD_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY",
  ],
  operations: either,
  notAllowed: "Auth flow not enabled for this client",
};

const flows: Record<string, Flow> = {
  USER_SRP_AUTH: {
    // Clients from before 2019 may always.
    settings: ["ALLOW_USER_SRP_AUTH", "ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH"],
    operations: either,
    notAllowed: "USER_SRP_AUTH is not enabled for the client.",
  },
  USER_PASSWORD_AUTH: {
    settings: ["ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"],
    operations: ["InitiateAuth"],
    notAllowed: "USER_PASSWORD_AUTH flow not enabled for this client",
  },
  ADMIN_USER_PASSWORD_AUTH: administrators,
  ADMIN_NO_SRP_AUTH: administrators,
  CUSTOM_AUTH: {
    settings: ["ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY"],
    operations: either,
    notAllowed: "CUSTOM_AUTH is not enabled for the client.",
  },
  USER_AUTH: {
    settings: ["ALLOW_USER_AUTH"],
    operations: either,
    notAllowed: "USER_AUTH is not enabled for the client.",
  },
  REFRESH_TOKEN_AUTH: refreshing,
  REFRESH_TOKEN: refreshing,
};

/** Throws ApiException unless the operation has the flow and the client may use it. */
export function assertFlow(
  flow: string,
  operation: Flow["operations"][number],
  { authFlows, name, refreshTokenRotation }: AppClient,
): void {
  const { settings, operations, notAllowed } = flows[flow] ?? administrators;
  if (!operations.includes(operation)) {
    throw refused(
      "Initiate Auth method not supported.",
      `${operation} does not have the flow ${flow}.`,
    );
  }
  if (authFlows.includes("CUSTOM_AUTH_FLOW_ONLY") && !settings.includes("CUSTOM_AUTH_FLOW_ONLY")) {
    throw refused("Only custom auth (lambda driven) is enabled for this client.");
  }
  const isRotating = refreshTokenRotation && assumptions.rotatingClientRefreshesInOneWayOnly;
  if (settings === refreshing.settings && isRotating) {
    throw refused(
      notAllowed,
      "The client rotates its refresh tokens: it calls GetTokensFromRefreshToken.",
    );
  }
  if (settings.some((setting) => authFlows.includes(setting))) return;
  throw refused(
    notAllowed,
    `The client ${name} is without ${settings[0]} in its ExplicitAuthFlows.`,
  );
}

function refused(message: string, reason = message): ApiException {
  return new ApiException("InvalidParameterException", message, { reason });
}
