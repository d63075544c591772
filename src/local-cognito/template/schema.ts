import type { AttributeSchema } from "../pool/pool-settings.ts";
import { isStandardAttribute } from "../users/standard-attributes.ts";
import { type Findings, pathOf } from "./problems.ts";
import type { PropertiesOf } from "./properties.ts";

type UserPool = PropertiesOf<"AWS::Cognito::UserPool">;
type Attribute = NonNullable<UserPool["Schema"]>[number];

/** What the schema says of standard attributes, and the custom ones under the names that tokens have for them. */
export function schemaOf(
  { Schema = [] }: UserPool,
  path: string,
  findings: Findings,
): AttributeSchema[] {
  return Schema.flatMap((attribute, index) => {
    const at = pathOf(path, "Schema", index);
    if (!attribute.Name) {
      findings.problem(`${at}.Name`, "is missing.");
      return [];
    }
    const isStandard = isStandardAttribute(attribute.Name);
    if (!isStandard && attribute.Required) {
      findings.problem(`${at}.Required`, "a custom attribute cannot be required.");
    }
    const prefix = attribute.DeveloperOnlyAttribute ? "dev:custom:" : "custom:";
    return [
      {
        name: isStandard ? attribute.Name : `${prefix}${attribute.Name}`,
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
