import type { PoolSettings, UserSettings } from "../../pool/pool-settings.ts";
import { isStandardAttribute } from "../../users/standard-attributes.ts";
import { pathOf } from "../findings.ts";
import type { Resource } from "../resources/read-resources.ts";
import { verifications } from "./schema.ts";

type User = Resource<"AWS::Cognito::UserPoolUser">;
type Attachment = Resource<"AWS::Cognito::UserPoolUserToGroupAttachment">;

/** The users of a template, with the groups that they are attached to; notes what AWS would refuse. */
export function userSettings(
  users: User[],
  attachments: Attachment[],
  { schema, groups }: Pick<PoolSettings, "schema" | "groups">,
): UserSettings[] {
  for (const attachment of attachments) findUnknownNames(attachment);
  return users.flatMap((user) => {
    const { path, properties, findings } = user;
    const { Username: username, UserAttributes = [] } = properties;
    findUnknownAttributes(user);
    if (username === undefined) {
      findings.problem(`${path}.Username`, "is required: Cognito makes up no name.");
      return [];
    }
    const own = attachments.filter((attachment) => attachment.properties.Username === username);
    return [
      {
        username,
        attributes: Object.fromEntries(
          UserAttributes.flatMap(({ Name, Value }) => (Name ? [[Name, Value ?? ""]] : [])),
        ),
        groups: own.flatMap(({ properties: { GroupName } }) => GroupName ?? []),
        isInvited: properties.MessageAction !== "SUPPRESS",
        forceAliasCreation: properties.ForceAliasCreation ?? false,
      },
    ];
  });

  function findUnknownNames({ path, properties, findings }: Attachment): void {
    const { Username, GroupName } = properties;
    if (GroupName && !groups.some(({ name }) => name === GroupName)) {
      findings.problem(`${path}.GroupName`, `there is no group ${GroupName} in this pool.`);
    }
    if (Username && !users.some((user) => user.properties.Username === Username)) {
      findings.problem(`${path}.Username`, `there is no user ${Username} in this template.`);
    }
  }

  function findUnknownAttributes({ path, properties, findings }: User): void {
    properties.UserAttributes?.forEach(({ Name = "" }, index) => {
      const isKnown =
        isStandardAttribute(Name) ||
        verifications.includes(Name) ||
        schema.some(({ name }) => name === Name);
      if (isKnown) return;
      const at = pathOf(path, "UserAttributes", index);
      findings.problem(`${at}.Name`, `there is no attribute ${Name} in this pool.`);
    });
  }
}
