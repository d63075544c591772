import { ApiException } from "../exceptions.ts";

/** Values by name, as AuthParameters and ChallengeResponses have them. */
export type Parameters = Record<string, string>;

/** Returns a parameter that there must be; an empty one is none. */
export function parameter(parameters: Parameters, name: string): string {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (value) return value;
  throw new ApiException("InvalidParameterException", `Missing required parameter ${name}`);
}
