import type { Caller } from "../triggers/trigger-call.ts";
import { attributesIn } from "./attributes.ts";
import type { Attribute } from "./user-descriptions.ts";

interface ForTriggers {
  ClientMetadata?: Record<string, string>;
  ValidationData?: Attribute[];
}

/** What a call has for triggers. The metadata of what begins a sign-in is for the first of them alone, as ValidationData. */
export function callerIn(operation: string, input: ForTriggers, userAgent: string): Caller {
  const { ClientMetadata: metadata, ValidationData: data } = input;
  if (/InitiateAuth$/.test(operation)) return { validationData: metadata, userAgent };
  return { clientMetadata: metadata, validationData: data && attributesIn(data), userAgent };
}
