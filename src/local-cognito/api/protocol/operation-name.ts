import type { IncomingMessage } from "node:http";
import { ApiException } from "../exceptions.ts";
import { operationNames } from "../model/model.ts";

const prefix = "AWSCognitoIdentityProviderService.";

/** Returns the name of the operation that a request is for, known or not; throws ApiException where it names none. */
export function operationNameOf(req: IncomingMessage): string {
  const target = req.headers["x-amz-target"];
  if (typeof target === "string" && target.startsWith(prefix)) return target.slice(prefix.length);
  throw unknown(
    target === undefined
      ? "The header X-Amz-Target is missing."
      : `X-Amz-Target must be ${prefix} and the name of an operation.`,
  );
}

/** Says of an operation that is not simulated whether AWS has it. */
export function notSimulated(name: string): ApiException {
  if (operationNames.includes(name)) {
    const [, remedy] = remedies.find(([names]) => names.test(name)) ?? [];
    return unknown(`Local Cognito does not have ${name}.${remedy ? ` ${remedy}` : ""}`);
  }
  const meant = operationNames.find((known) => known.toLowerCase() === name.toLowerCase());
  if (meant) return unknown(`The operation is written ${meant}.`);
  const isName = /^\w{1,60}$/.test(name);
  return unknown(`Cognito has no operation ${isName ? name : "of that name"}.`);
}

const remedies: [names: RegExp, remedy: string][] = [
  [
    /^(Create|Update|Delete)UserPool$/,
    "There is one pool here, set up as it was started: ListUserPools has its id.",
  ],
  [
    /^(Create|Update|Delete|Set|Add).*(Provider|Server|Domain|Branding|Customization|Attributes)$/,
    "The pool is set up by its template: change it there, and start again.",
  ],
  [/WebAuthn/, "It knows no passkeys: users sign in with a password."],
  [/Device/, "It remembers no devices: each sign-in asks for the second factor."],
  [/ForUser$/, "An outside user is made by the first sign-in at the stand-in for the provider."],
];

function unknown(message: string): ApiException {
  return new ApiException("UnknownOperationException", message);
}
