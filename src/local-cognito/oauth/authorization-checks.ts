import { assumptions } from "../assumptions.ts";
import { quoted, type Refusal } from "../errors.ts";
import type { AppClient } from "../pool/clients.ts";
import { registrationProblem } from "../pool/registered-urls.ts";

/** What is checked once it is clear which app is asking; the parameters as they came. */
export interface CheckedParameters {
  response_type?: string | undefined;
  code_challenge?: string | undefined;
  code_challenge_method?: string | undefined;
  identity_provider?: string | undefined;
  idp_identifier?: string | undefined;
  resource?: string | undefined;
}

const challengePattern = /^[A-Za-z0-9_-]{43}$/; // base64url of 32 bytes, RFC 7636 §4.2
const knownPrompts = ["none", "login", "select_account", "consent"];

/** Returns why the app cannot have what it asks for. */
export function refusalOf(
  parameters: CheckedParameters,
  scopes: string[],
  prompts: string[],
  client: AppClient,
): Refusal | undefined {
  return (
    responseTypeRefusal(parameters.response_type, client) ??
    codeChallengeRefusal(parameters) ??
    scopeRefusal(scopes, client) ??
    providerRefusal(parameters, client) ??
    promptRefusal(prompts) ??
    resourceRefusal(parameters)
  );
}

function responseTypeRefusal(
  responseType: string | undefined,
  { grants }: AppClient,
): Refusal | undefined {
  if (responseType === "code") {
    if (grants.includes("code")) return undefined;
    const has = grants.join(", ") || "none";
    const reason = `This client may not use the code grant: of AllowedOAuthFlows it has ${has}.`;
    return { error: assumptions.codeGrantErrorCode, reason };
  }
  if (responseType === "token") {
    if (grants.includes("implicit")) return undefined;
    const reason = "response_type=token is the implicit grant, which is off for this client.";
    return { error: assumptions.implicitGrantErrorCode, reason };
  }
  const is = responseType === undefined ? "missing" : quoted(responseType);
  return {
    error: "invalid_request",
    reason: `response_type is ${is}; it has to be code or token.`,
  };
}

function codeChallengeRefusal(parameters: CheckedParameters): Refusal | undefined {
  const { code_challenge: challenge, code_challenge_method: method } = parameters;
  if (challenge === undefined && method === undefined) return undefined;
  if (method !== "S256") {
    const is = method === undefined ? "missing" : quoted(method);
    const reason = `code_challenge_method is ${is}; Cognito knows S256 alone.`;
    return { error: "invalid_request", reason };
  }
  if (challengePattern.test(challenge ?? "")) return undefined;
  const reason =
    "code_challenge is not the SHA-256 of a verifier in base64url, 43 characters without padding.";
  return { error: "invalid_request", reason };
}

const besideOpenId = ["email", "phone", "profile"];

function scopeRefusal(scopes: string[], client: AppClient): Refusal | undefined {
  const { scopeError } = assumptions;
  const refused = scopes.find((scope) => !client.scopes.includes(scope));
  if (refused !== undefined) {
    const allowed = client.scopes.join(" ");
    const reason = `The scope ${quoted(refused)} is not allowed for this client, which has ${allowed}.`;
    return { ...scopeError, reason };
  }
  if (scopes.includes("openid") || !scopes.some((scope) => besideOpenId.includes(scope))) {
    return undefined;
  }
  return {
    ...scopeError,
    reason: "email, phone and profile mean something only beside the scope openid.",
  };
}

/** An identifier leads to a SAML or OpenID Connect provider, and the client has none. */
function providerRefusal(
  { identity_provider, idp_identifier }: CheckedParameters,
  { identityProviders }: AppClient,
): Refusal | undefined {
  const error = assumptions.unknownProviderErrorCode;
  if (identity_provider !== undefined && !identityProviders.includes(identity_provider)) {
    const has = identityProviders.join(", ");
    const reason = `identity_provider is ${quoted(identity_provider)}; this client has ${has}.`;
    return { error, reason };
  }
  if (idp_identifier === undefined) return undefined;
  return {
    error,
    reason: "idp_identifier names a SAML or OpenID Connect provider; there is none.",
  };
}

function promptRefusal(prompts: string[]): Refusal | undefined {
  const unknown = prompts.find((prompt) => !knownPrompts.includes(prompt));
  if (unknown !== undefined) {
    const reason = `prompt is ${quoted(unknown)}; there are ${knownPrompts.join(", ")}.`;
    return { error: "invalid_request", reason };
  }
  if (!prompts.includes("none") || prompts.length === 1) return undefined;
  return {
    error: "invalid_request",
    reason: "prompt=none cannot be combined with another prompt.",
  };
}

/** The rule is that of callback URLs. */
function resourceRefusal({ resource }: CheckedParameters): Refusal | undefined {
  if (resource === undefined) return undefined;
  const problem = registrationProblem(resource);
  if (problem === undefined) return undefined;
  return { error: assumptions.resourceErrorCode, reason: `resource ${problem}` };
}
