import { loadAwsServiceSpec } from "@aws-cdk/aws-service-spec";
import * as sdk from "@aws-sdk/client-cognito-identity-provider";
import type { ResolvedResource } from "./resolved-template.ts";

type Database = Awaited<ReturnType<typeof loadAwsServiceSpec>>;

interface Property {
  type: PropertyType;
  required?: boolean;
}

interface PropertyType {
  type: string;
  element?: PropertyType;
  types?: PropertyType[];
  allowedValues?: string[];
  reference?: { $ref: string };
}

/** What is wrong with the resources by AWS's own schemas; a line each, with the path. */
export type Validate = (resources: ResolvedResource[]) => string[];

/** AWS's published schemas: names, types, what is required, and which values there are. */
export async function loadSchemas() {
  const database = await loadAwsServiceSpec();

  const propertiesOf = (type: string): Record<string, Property> | undefined =>
    database.lookup("resource", "cloudFormationType", "equals", type)[0]?.properties as
      | Record<string, Property>
      | undefined;

  const typesOf = (prefix: string): string[] =>
    database
      .all("resource")
      .map(({ cloudFormationType }) => cloudFormationType)
      .filter((type) => type.startsWith(prefix));

  const attributesOf = (type: string): string[] => {
    const [found] = database.lookup("resource", "cloudFormationType", "equals", type);
    return Object.keys(found?.attributes ?? {});
  };

  const validate: Validate = (resources) =>
    resources.flatMap(({ name, type, properties }) => {
      const known = propertiesOf(type);
      if (!known) return [`${name}: there is no ${type}`];
      const kind = type.split("::").at(-1) ?? "";
      return problemsOf(database, { path: name, place: kind }, properties, known);
    });

  return {
    validate,
    typesOf,
    propertiesOf,
    attributesOf,
    definitionOf: definitionOf.bind(undefined, database),
  };
}

interface At {
  path: string;
  /** The same for the table of enumerations: without positions in lists, and by type of resource. */
  place: string;
}

function problemsOf(
  database: Database,
  { path, place }: At,
  values: object,
  known: Record<string, Property>,
): string[] {
  const missing = Object.entries(known).filter(
    ([name, { required }]) => required && !(name in values),
  );
  return [
    ...missing.map(([name]) => `${path}.${name} is missing`),
    ...Object.entries(values).flatMap(([name, value]) => {
      const at = { path: `${path}.${name}`, place: `${place}.${name}` };
      const property = known[name];
      return property
        ? typeProblems(database, at, value, property.type)
        : [`${at.path} does not exist`];
    }),
  ];
}

function typeProblems(database: Database, at: At, value: unknown, type: PropertyType): string[] {
  switch (type.type) {
    case "ref": {
      if (!isMap(value)) return [`${at.path} is no map`];
      return problemsOf(database, at, value, definitionOf(database, type));
    }
    case "array":
      if (!Array.isArray(value)) return [`${at.path} is no list`];
      return value.flatMap((item, index) =>
        typeProblems(database, { ...at, path: `${at.path}[${index}]` }, item, elementOf(type)),
      );
    case "map":
      if (!isMap(value)) return [`${at.path} is no map`];
      return Object.entries(value).flatMap(([key, item]) =>
        typeProblems(
          database,
          { path: `${at.path}.${key}`, place: `${at.place}.*` },
          item,
          elementOf(type),
        ),
      );
    case "json":
      return [];
    case "union": {
      const ways = (type.types ?? []).map((one) => typeProblems(database, at, value, one));
      return ways.some((problems) => problems.length === 0) ? [] : (ways[0] ?? []);
    }
    default:
      return scalarProblems(at, value, type);
  }
}

const scalarTypes: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === "number",
};

function scalarProblems({ path, place }: At, value: unknown, type: PropertyType): string[] {
  if (!scalarTypes[type.type]?.(value)) return [`${path} is no ${type.type}`];
  const allowed = type.allowedValues ?? enumerations[place];
  return allowed && !allowed.includes(String(value)) ? [`${path} cannot be ${value}`] : [];
}

function definitionOf(database: Database, type: PropertyType): Record<string, Property> {
  const id = type.reference?.$ref ?? "";
  return database.get("typeDefinition", id).properties as Record<string, Property>;
}

function elementOf({ element }: PropertyType): PropertyType {
  return element ?? { type: "json" };
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** By kind of resource and property: the schemas lack most enumerations; the API, which they are handed to, has them. */
export const enumerations: Record<string, string[]> = Object.fromEntries(
  Object.entries({
    "UserPool.AliasAttributes": sdk.AliasAttributeType,
    "UserPool.UsernameAttributes": sdk.UsernameAttributeType,
    "UserPool.AutoVerifiedAttributes": sdk.VerifiedAttributeType,
    "UserPool.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate":
      sdk.VerifiedAttributeType,
    "UserPool.LambdaConfig.PreTokenGenerationConfig.LambdaVersion":
      sdk.PreTokenGenerationLambdaVersionType,
    "UserPool.MfaConfiguration": sdk.UserPoolMfaType,
    // In CloudFormation alone; they are the challenges of the same names.
    "UserPool.EnabledMfas": pick(
      sdk.ChallengeNameType,
      "SMS_MFA",
      "SOFTWARE_TOKEN_MFA",
      "EMAIL_OTP",
    ),
    "UserPool.DeletionProtection": sdk.DeletionProtectionType,
    "UserPool.UserPoolTier": sdk.UserPoolTierType,
    "UserPool.EmailConfiguration.EmailSendingAccount": sdk.EmailSendingAccountType,
    "UserPool.Schema.AttributeDataType": sdk.AttributeDataType,
    "UserPool.VerificationMessageTemplate.DefaultEmailOption": sdk.DefaultEmailOptionType,
    "UserPool.AccountRecoverySetting.RecoveryMechanisms.Name": sdk.RecoveryOptionNameType,
    "UserPoolClient.AllowedOAuthFlows": sdk.OAuthFlowType,
    "UserPoolClient.ExplicitAuthFlows": sdk.ExplicitAuthFlowsType,
    "UserPoolClient.PreventUserExistenceErrors": sdk.PreventUserExistenceErrorTypes,
    "UserPoolClient.RefreshTokenRotation.Feature": sdk.FeatureType,
    "UserPoolClient.TokenValidityUnits.IdToken": sdk.TimeUnitsType,
    "UserPoolClient.TokenValidityUnits.AccessToken": sdk.TimeUnitsType,
    "UserPoolClient.TokenValidityUnits.RefreshToken": sdk.TimeUnitsType,
    "UserPoolIdentityProvider.ProviderType": sdk.IdentityProviderTypeType,
    "UserPoolUser.MessageAction": sdk.MessageActionType,
    "UserPoolUser.DesiredDeliveryMediums": sdk.DeliveryMediumType,
  }).map(([place, values]) => [place, Object.values(values)]),
);

function pick<Values extends object>(values: Values, ...names: (keyof Values)[]): Partial<Values> {
  return Object.fromEntries(names.map((name) => [name, values[name]])) as Partial<Values>;
}
