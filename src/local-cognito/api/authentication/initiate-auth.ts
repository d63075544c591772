import { assertSecretHash } from "../../accounts/secret-hash.ts";
import { clientIn } from "../clients.ts";
import type { Context } from "../context.ts";
import { assertFlow } from "../flows/allowed-flows.ts";
import { customAuth } from "../flows/custom-auth.ts";
import { passwordAuth, startSrp } from "../flows/password-flows.ts";
import { refreshTokenAuth } from "../flows/refresh-flow.ts";
import { userAuth } from "../flows/user-auth.ts";
import { assertPool } from "../named.ts";
import { type Parameters, parameter } from "./parameters.ts";

export interface InitiateAuthInput {
  AuthFlow: string;
  AuthParameters?: Parameters;
  ClientId: string;
  Session?: string;
}

export function initiateAuth(context: Context, input: InitiateAuthInput) {
  return begin(context, input, "InitiateAuth");
}

export function adminInitiateAuth(
  context: Context,
  input: InitiateAuthInput & { UserPoolId: string },
) {
  assertPool(context.pool, input.UserPoolId);
  return begin(context, input, "AdminInitiateAuth");
}

type Outcome = object | Promise<object>;

function begin(
  context: Context,
  { AuthFlow, AuthParameters = {}, ClientId, Session }: InitiateAuthInput,
  operation: "InitiateAuth" | "AdminInitiateAuth",
): Outcome {
  const client = clientIn(context.pool, ClientId);
  if (AuthFlow === "REFRESH_TOKEN_AUTH" || AuthFlow === "REFRESH_TOKEN") {
    assertFlow(AuthFlow, operation, client);
    return refreshTokenAuth(context, client, AuthParameters);
  }
  const typedName = parameter(AuthParameters, "USERNAME");
  assertSecretHash(client, typedName, AuthParameters.SECRET_HASH);
  assertFlow(AuthFlow, operation, client);
  switch (AuthFlow) {
    case "USER_SRP_AUTH":
      return startSrp(context, client, typedName, AuthParameters);
    case "USER_AUTH":
      return userAuth(context, client, typedName, { parameters: AuthParameters, session: Session });
    case "CUSTOM_AUTH":
      return customAuth(context, client, typedName, AuthParameters);
    default:
      return passwordAuth(context, client, typedName, AuthParameters);
  }
}
