import type { AttributeSchema, IdentityProviderSettings } from "../../pool/pool-settings.ts";
import { isStandardAttribute } from "../../users/standard-attributes.ts";
import type { Resource } from "../resources/read-resources.ts";
import { verifications } from "./schema.ts";

/** What AWS wants to know of a provider; of SAML one of two is enough. */
const neededDetails: Record<string, string[]> = {
  Google: ["client_id", "client_secret", "authorize_scopes"],
  Facebook: ["client_id", "client_secret", "authorize_scopes"],
  LoginWithAmazon: ["client_id", "client_secret", "authorize_scopes"],
  SignInWithApple: ["client_id", "team_id", "key_id", "authorize_scopes"],
  OIDC: ["client_id", "attributes_request_method", "oidc_issuer", "authorize_scopes"],
};

const socialTypes = ["Google", "Facebook", "LoginWithAmazon", "SignInWithApple"];

/** The providers of a pool; notes what AWS would refuse. */
export function identityProviders(
  resources: Resource<"AWS::Cognito::UserPoolIdentityProvider">[],
  schema: AttributeSchema[],
): IdentityProviderSettings[] {
  return resources.flatMap(({ path, properties, findings }) => {
    const { ProviderName: name, ProviderType: type, ProviderDetails: details } = properties;
    if (!name || !type) return [];
    if (details) findMissingDetails(type, details);
    if (socialTypes.includes(type) && name !== type) {
      findings.problem(`${path}.ProviderName`, `must be ${type}, as its ProviderType is.`);
    }
    findUnknownAttributes(properties.AttributeMapping);
    return [{ name, type, attributeMapping: properties.AttributeMapping ?? {} }];

    function findMissingDetails(kind: string, given: Record<string, unknown>): void {
      for (const detail of neededDetails[kind] ?? []) {
        if (given[detail] === undefined) {
          findings.problem(`${path}.ProviderDetails.${detail}`, `is required of ${kind}.`);
        }
      }
      if (kind === "SAML" && !given.MetadataURL && !given.MetadataFile) {
        findings.problem(`${path}.ProviderDetails`, "needs MetadataURL or MetadataFile.");
      }
    }

    function findUnknownAttributes(mapping: Record<string, string> = {}): void {
      for (const attribute of Object.keys(mapping)) {
        const isKnown =
          isStandardAttribute(attribute) ||
          ["username", ...verifications].includes(attribute) ||
          schema.some((one) => one.name === attribute);
        if (isKnown) continue;
        findings.problem(
          `${path}.AttributeMapping.${attribute}`,
          "there is no such attribute in this pool.",
        );
      }
    }
  });
}
