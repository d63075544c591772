/** What only developers and administrators read: always in English, as in Cognito's API. */
export const messages = {
  passwordCannotBeReset: "User password cannot be reset in the current state.",
  noVerifiedAddress:
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
  nameNotFound: "Username/client id combination not found.",
  temporaryPasswordMissing:
    "Give a temporary password or an email address: one that is made here is told by email only.",
  accountExists: "User account already exists",
  alreadyConfirmed: "User is already confirmed.",
  unauthorizedAttribute: "A client attempted to write unauthorized attribute",
  totpOff: "Software Token MFA has not been enabled by the userPool",
  noTotpSecret: "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
  noPendingSecret: "No secret was associated with the user, or it took too long to verify it.",
  preferredMfaOff: "A factor that is switched off cannot be the preferred one.",
  noMfaForFederatedUsers:
    "Users of a provider prove who they are there: they have no second factor here.",
  tooManyGroups: "A user can be in 100 groups at most.",
  groupNotFound: "Group not found.",
  groupNotInTemplate: "Group not found. Add it to the template as an AWS::Cognito::UserPoolGroup.",
  groupExists: "A group with the name already exists.",
  groupInvalid: "A group name must be 1 to 128 characters, without spaces.",
  filterNotParsed: "Error while parsing filter.",
  notSearchable: "Input fails to satisfy the constraints.",
  invalidToken: "Invalid pagination token.",
  secretHashMissing: (clientId: string) =>
    `Client ${clientId} is configured with secret but SECRET_HASH was not received`,
  secretHashWrong: (clientId: string) => `Unable to verify secret hash for client ${clientId}`,
  cannotBeConfirmed: (status: string) => `User cannot be confirmed. Current status is ${status}`,
  cannotResend: (name: string) =>
    `Resend not possible. ${name} status is not FORCE_CHANGE_PASSWORD`,
  cannotBeUpdated: (name: string) => `user.${name}: Attribute cannot be updated.`,
  cannotBeDeleted: (name: string) => `user.${name}: A required attribute cannot be removed.`,
  noSuchValue: (name: string) => `The user has no ${name} to verify.`,
  notVerifiable: (name: string) => `${name} is not an attribute that a code can verify.`,
} as const;
