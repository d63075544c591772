import type { CodeDelivery } from "../accounts/code-delivery.ts";
import type { Attribute } from "./user-descriptions.ts";

/** Attributes by name; one without a value is to be removed. */
export function attributesIn(list: Partial<Attribute>[] = []): Record<string, string> {
  return Object.fromEntries(list.map(({ Name = "", Value = "" }) => [Name, Value]));
}

/** Where a code went, masked as the API has it: with a star less than the pages. */
export function detailsOf({ destination, medium, attribute }: CodeDelivery) {
  return {
    Destination: medium === "EMAIL" ? destination.replaceAll("****", "***") : destination,
    DeliveryMedium: medium,
    AttributeName: attribute,
  };
}
