import type { AttributeSchema } from "../../pool/pool-settings.ts";
import { isStandardAttribute } from "../../users/standard-attributes.ts";
import { type Findings, pathOf } from "../findings.ts";
import type { PropertiesOf } from "../resources/shapes.ts";

type UserPool = PropertiesOf<"AWS::Cognito::UserPool">;
type Attribute = NonNullable<UserPool["Schema"]>[number];

/** Attributes that clients can read and that Cognito alone sets. */
export const verifications = ["email_verified", "phone_number_verified"];

/** What every pool has, whether a schema names it or not. */
const ownOfCognito = ["sub", "identities", ...verifications];

/** What the schema says of standard attributes, and the custom ones under the names that tokens have for them. */
export function schemaOf(
  { Schema = [] }: UserPool,
  path: string,
  findings: Findings,
): AttributeSchema[] {
  return Schema.flatMap((attribute, index) => {
    const at = pathOf(path, "Schema", index);
    const { Name: name } = attribute;
    if (!name) {
      findings.problem(`${at}.Name`, "is missing.");
      return [];
    }
    if (Schema.slice(0, index).some(({ Name }) => Name === name)) {
      findings.problem(`${at}.Name`, `${name} is there already.`);
      return [];
    }
    if (ownOfCognito.includes(name)) return [];
    const isStandard = isStandardAttribute(name);
    if (!isStandard && attribute.Required) {
      findings.problem(`${at}.Required`, "a custom attribute cannot be required.");
    }
    const prefix = attribute.DeveloperOnlyAttribute ? "dev:custom:" : "custom:";
    return [
      {
        name: isStandard ? name : `${prefix}${name}`,
        type: attribute.AttributeDataType ?? "String",
        isRequired: attribute.Required ?? false,
        isMutable: attribute.Mutable ?? true,
        ...limitsOf(attribute),
      },
    ];
  });
}

function limitsOf({ StringAttributeConstraints, NumberAttributeConstraints }: Attribute) {
  const minimum = StringAttributeConstraints?.MinLength ?? NumberAttributeConstraints?.MinValue;
  const maximum = StringAttributeConstraints?.MaxLength ?? NumberAttributeConstraints?.MaxValue;
  return { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}
