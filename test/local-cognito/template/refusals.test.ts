import { describe, expect, test } from "vitest";
import {
  clientPath,
  type Parts,
  poolPath,
  problemsOf,
  quietClient,
  quietPool,
  read,
} from "./support/read-template.ts";

const provider = (properties: string) => `
  Provider:
    Type: AWS::Cognito::UserPoolIdentityProvider
    Properties: { UserPoolId: !Ref Pool, ${properties} }`;
const domain = (properties: string) => `
  Second:
    Type: AWS::Cognito::UserPoolDomain
    Properties: { UserPoolId: !Ref Pool, ${properties} }`;
const server = `
  Api:
    Type: AWS::Cognito::UserPoolResourceServer
    Properties:
      UserPoolId: !Ref Pool
      Identifier: https://api.example.org
      Name: api
      Scopes: [{ ScopeName: read, ScopeDescription: Read }]`;
const clientWith = (properties: string) => `${quietClient}\n${properties}`;
const clientWithout = (...names: string[]) =>
  quietClient
    .split("\n")
    .filter((line) => !names.some((name) => line.startsWith(`${name}:`)))
    .join("\n");

async function expectOnly(parts: Parts, ...problems: string[]): Promise<void> {
  expect(await problemsOf(parts)).toEqual(problems);
}

describe("of a pool AWS refuses", () => {
  test.each([
    [
      "Policies: { PasswordPolicy: { MinimumLength: 5 } }",
      "Policies.PasswordPolicy.MinimumLength: must be a whole number from 6 to 99.",
    ],
    [
      "MfaConfiguration: ON",
      "MfaConfiguration: must be one of OFF, ON, OPTIONAL. It is true: put quotes around it.",
    ],
    ["MfaConfiguration: REQUIRED", "MfaConfiguration: must be one of OFF, ON, OPTIONAL."],
    [
      "MfaConfiguration: OPTIONAL",
      "MfaConfiguration: cannot be OPTIONAL with no factor: EnabledMfas names none.",
    ],
    [
      'MfaConfiguration: "ON"\nEnabledMfas: [SMS_MFA]',
      "EnabledMfas[0]: SMS_MFA needs an SmsConfiguration, which says with what AWS sends.",
    ],
    [
      "AutoVerifiedAttributes: [email, phone_number]",
      "AutoVerifiedAttributes[1]: phone_number needs an SmsConfiguration, which says with what AWS sends.",
    ],
    ["AliasAttributes: email", "AliasAttributes: must be a list."],
    ["Schema: [{ Name: a, Required: maybe }]", "Schema[0].Required: must be true or false."],
    ["Schema: [{ Mutable: true }]", "Schema[0].Name: is missing."],
    ["Schema: [{ Name: a }, { Name: a }]", "Schema[1].Name: a is there already."],
    [
      "Schema: [{ Name: team, Required: true }]",
      "Schema[0].Required: a custom attribute cannot be required.",
    ],
    ["UserPoolName: [a]", "UserPoolName: must be text."],
    ["UsernameConfiguration: yes", "UsernameConfiguration: must be a map of properties."],
    [
      "AliasAttributes: [email]\nUsernameAttributes: [email]",
      "UsernameAttributes: cannot stand beside AliasAttributes.",
    ],
    [
      "VerificationMessageTemplate: { EmailMessage: Welcome aboard }",
      "VerificationMessageTemplate.EmailMessage: must contain {####}, where the code goes.",
    ],
    [
      "VerificationMessageTemplate: { EmailMessageByLink: Welcome aboard }",
      "VerificationMessageTemplate.EmailMessageByLink: must contain {##…##}, the words that become the link.",
    ],
    ["EmailVerificationMessage: Welcome aboard", "EmailVerificationMessage: must contain {####}"],
    [
      "AdminCreateUserConfig: { InviteMessageTemplate: { EmailMessage: Welcome } }",
      "AdminCreateUserConfig.InviteMessageTemplate.EmailMessage: must contain {####}",
    ],
    ["UserPoolTier: FREE", "UserPoolTier: must be one of LITE, ESSENTIALS, PLUS."],
    ["DeletionProtection: yes", "DeletionProtection: must be one of ACTIVE, INACTIVE."],
    [
      "UserPoolTier: LITE\nEnabledMfas: [EMAIL_OTP, SOFTWARE_TOKEN_MFA]",
      "EnabledMfas: needs UserPoolTier ESSENTIALS or PLUS; it is LITE.",
    ],
    [
      "UserPoolTier: LITE\nPolicies: { SignInPolicy: { AllowedFirstAuthFactors: [PASSWORD, WEB_AUTHN] } }",
      "Policies.SignInPolicy.AllowedFirstAuthFactors: needs UserPoolTier",
    ],
    [
      "UserPoolTier: LITE\nLambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: V2_0, LambdaArn: 'arn:aws:lambda:eu-west-1:123456789012:function:claims' } }",
      "LambdaConfig.PreTokenGenerationConfig: needs UserPoolTier",
    ],
    [
      "UserPoolTier: ESSENTIALS\nUserPoolAddOns: { AdvancedSecurityMode: ENFORCED }",
      "UserPoolAddOns.AdvancedSecurityMode: needs UserPoolTier PLUS; it is ESSENTIALS.",
    ],
    [
      "UserAttributeUpdateSettings: {}",
      "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate: is required.",
    ],
  ])("%j", async (pool, problem) => {
    const [found, ...others] = await problemsOf({ pool });
    expect(found).toContain(`${poolPath}.${problem}`);
    expect(others).toEqual([]);
  });
});

describe("of a client AWS refuses", () => {
  test.each([
    [
      clientWith("IdTokenValidity: 25"),
      "IdTokenValidity: makes 1500 minutes; AWS allows from 5 minutes to 1 days.",
    ],
    [
      clientWith('CallbackURLs: ["http://localhost:3000/a", "http://localhost:3000/#a"]'),
      "CallbackURLs[1]: must have no fragment.",
    ],
    [
      clientWith("LogoutURLs: [http://www.example.org/]"),
      "LogoutURLs[0]: must be https; http is for localhost alone.",
    ],
    [
      clientWith('CallbackURLs: ["javascript:alert(1)"]'),
      "CallbackURLs[0]: must be https, http on localhost, or the scheme of an app.",
    ],
    [clientWith("CallbackURLs: [/a]"), "CallbackURLs[0]: must be an absolute URL."],
    [
      clientWith(`CallbackURLs: ["http://localhost/${"a".repeat(1010)}"]`),
      "CallbackURLs[0]: must be 1024 characters at most.",
    ],
    [
      clientWith("CallbackURLs: [http://localhost/a]\nDefaultRedirectURI: http://localhost/b"),
      "DefaultRedirectURI: must be one of the CallbackURLs.",
    ],
    [
      `${clientWithout("SupportedIdentityProviders")}\nSupportedIdentityProviders: [COGNITO, Google]`,
      "SupportedIdentityProviders[1]: there is no identity provider Google in this pool.",
    ],
    [
      clientWith("ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH, USER_PASSWORD_AUTH]"),
      "ExplicitAuthFlows[1]: USER_PASSWORD_AUTH is an old name, which cannot stand beside those that begin with ALLOW_.",
    ],
    [clientWith("ExplicitAuthFlows: [ALLOW_EVERYTHING]"), "ExplicitAuthFlows[0]: must be one of "],
    [
      `${clientWithout("AllowedOAuthScopes")}\nAllowedOAuthScopes: [openid, emial]`,
      "AllowedOAuthScopes[1]: there is no scope emial.",
    ],
    [
      `${clientWithout("AllowedOAuthScopes")}\nAllowedOAuthScopes: [orders/read]`,
      "AllowedOAuthScopes[0]: no resource server of this pool has the scope orders/read.",
    ],
    [
      clientWithout("AllowedOAuthScopes"),
      "AllowedOAuthScopes: is required where AllowedOAuthFlowsUserPoolClient is true.",
    ],
    [
      `${clientWithout("AllowedOAuthFlows")}\nAllowedOAuthFlows: [code, client_credentials]`,
      "AllowedOAuthFlows[1]: client_credentials cannot stand beside code or implicit: give it a client of its own.",
    ],
    [
      `${clientWithout("AllowedOAuthFlows", "GenerateSecret")}\nAllowedOAuthFlows: [client_credentials]`,
      "AllowedOAuthFlows[0]: client_credentials needs a client with a secret (GenerateSecret: true).",
    ],
    [
      clientWith("ReadAttributes: [email, 'custom:plan']"),
      "ReadAttributes[1]: there is no attribute custom:plan in this pool.",
    ],
    [
      clientWith("WriteAttributes: [emial]"),
      "WriteAttributes[0]: there is no attribute emial in this pool.",
    ],
    [
      clientWith("WriteAttributes: [email_verified]"),
      "WriteAttributes[0]: email_verified is set by Cognito alone.",
    ],
    [
      clientWith("AuthSessionValidity: 20"),
      "AuthSessionValidity: must be a whole number from 3 to 15.",
    ],
  ])("%j", async (client, problem) => {
    const [found, ...others] = await problemsOf({ client });
    expect(found).toContain(`${clientPath}.${problem}`);
    expect(others).toEqual([]);
  });

  test("one that may not write what the pool requires", async () => {
    const pool = `${quietPool}\nSchema: [{ Name: email, Required: true }]`;
    const client = clientWith("WriteAttributes: [name]");

    await expectOnly(
      { pool, client },
      `${clientPath}.WriteAttributes: must name email, which the pool requires of everybody.`,
    );
  });

  test("one without a pool", async () => {
    const text = "Resources: { Client: { Type: AWS::Cognito::UserPoolClient, Properties: {} } }";

    expect(await problemsOf(text)).toEqual([`${clientPath}.UserPoolId: is required.`]);
  });
});

describe("of the rest of a pool AWS refuses", () => {
  const google = "ProviderName: Google, ProviderType: Google";
  const details = "ProviderDetails: { client_id: a, client_secret: b, authorize_scopes: openid }";
  const base = "Resources.Provider.Properties";
  test.each([
    [provider(google), `${base}.ProviderDetails: is required.`],
    [
      provider(`${google}, ProviderDetails: { client_id: a, authorize_scopes: openid }`),
      `${base}.ProviderDetails.client_secret: is required of Google.`,
    ],
    [
      provider("ProviderName: Corp, ProviderType: SAML, ProviderDetails: { SLO: a }"),
      `${base}.ProviderDetails: needs MetadataURL or MetadataFile.`,
    ],
    [
      provider(
        "ProviderName: Corp, ProviderType: OIDC, ProviderDetails: { client_id: a, oidc_issuer: b, authorize_scopes: c }",
      ),
      `${base}.ProviderDetails.attributes_request_method: is required of OIDC.`,
    ],
    [
      provider(`ProviderName: MyGoogle, ProviderType: Google, ${details}`),
      `${base}.ProviderName: must be Google, as its ProviderType is.`,
    ],
    [
      provider(`${google}, ${details}, AttributeMapping: { emial: email }`),
      `${base}.AttributeMapping.emial: there is no such attribute in this pool.`,
    ],
    [
      domain("Domain: My-Prefix"),
      "Resources.Second.Properties.Domain: must be 1 to 63 lower-case letters, digits and hyphens",
    ],
    [domain("Domain: my-aws-pool"), "Resources.Second.Properties.Domain: must not contain aws."],
    [
      domain("Domain: example, CustomDomainConfig: { CertificateArn: a }"),
      "Resources.Second.Properties.Domain: must be a domain such as auth.example.com.",
    ],
    [domain("ManagedLoginVersion: 1"), "Resources.Second.Properties.Domain: is required."],
    [
      "  Group: { Type: AWS::Cognito::UserPoolGroup, Properties: { UserPoolId: !Ref Pool, Precedence: -1 } }",
      "Resources.Group.Properties.Precedence: must be a whole number from 0 to 2147483647.",
    ],
    [
      "  Ids: { Type: AWS::Cognito::IdentityPool }",
      "Resources.Ids.Properties.AllowUnauthenticatedIdentities: is required.",
    ],
    [
      "  User: { Type: AWS::Cognito::UserPoolUser, Properties: { Username: root } }",
      "Resources.User.Properties.UserPoolId: is required.",
    ],
    [
      server.replace("ScopeDescription: Read", ""),
      "Resources.Api.Properties.Scopes[0].ScopeDescription: is required.",
    ],
  ])("%j", async (more, problem) => {
    const [found, ...others] = await problemsOf({ more });
    expect(found).toContain(problem);
    expect(others).toEqual([]);
  });

  test("managed login on a plan that lacks it", async () => {
    const pool = `${quietPool}\nUserPoolTier: LITE`;
    await expectOnly(
      { pool, more: domain("Domain: two, ManagedLoginVersion: 2") },
      "Resources.Second.Properties.ManagedLoginVersion: needs UserPoolTier ESSENTIALS or PLUS; it is LITE.",
    );
  });

  test("but not scopes of a resource server by its identifier", async () => {
    const client = `${clientWithout("AllowedOAuthScopes")}\nAllowedOAuthScopes: [openid, !Sub "\${Api}/read"]`;
    const { settings } = await read({ client, more: server });

    expect(settings.clients[0].scopes).toEqual(["openid", "https://api.example.org/read"]);
    expect(settings.resourceServers).toEqual([
      {
        identifier: "https://api.example.org",
        name: "api",
        scopes: [{ name: "read", description: "Read" }],
      },
    ]);
    const byName = client.replace("!Sub", "").replace(/\$\{Api\}/, "Api");
    await expectOnly(
      { client: byName, more: server },
      `${clientPath}.AllowedOAuthScopes[1]: no resource server of this pool has the scope Api/read.`,
    );
  });

  test("or a fault in a part that is not used", async () => {
    const more = `
  Other: { Type: AWS::Cognito::UserPool, Properties: { MfaConfiguration: SOMETIMES } }
  Group:
    Type: AWS::Cognito::UserPoolGroup
    Properties: { UserPoolId: !Ref Other, Precedence: -1 }`;
    const { warnings } = await read({ more });

    expect(warnings).toContain(
      "Resources.Group.Properties.Precedence: must be a whole number from 0 to 2147483647. Local Cognito does not use it.",
    );
    expect(warnings.join("\n")).toContain("Resources.Other.Properties.MfaConfiguration: must be");
  });
});

test("takes a client that rotates and names the flow that rotation rules out, with a warning", async () => {
  const rotating =
    "RefreshTokenRotation: { Feature: ENABLED }\nExplicitAuthFlows: [ALLOW_REFRESH_TOKEN_AUTH]";
  const { settings, warnings } = await read({ client: clientWith(rotating) });

  expect(settings.clients[0].refreshTokenRotation).toEqual({ graceSeconds: 0 });
  expect(warnings).toEqual([
    expect.stringContaining("ExplicitAuthFlows[0]: has no effect beside RefreshTokenRotation"),
  ]);
});
