/** What only administrators and developers read: always in English, as in Cognito's API. */
export const adminMessages = {
  userDoesNotExist: "User does not exist.",
  passwordCannotBeReset: "User password cannot be reset in the current state.",
  noVerifiedAddress:
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
  temporaryPasswordMissing:
    "Give a temporary password or an email address: one that is made here is told by email only.",
  totpOff: "Software Token MFA has not been enabled by the userPool",
  noMfaForFederatedUsers:
    "Users of a provider prove who they are there: they have no second factor here.",
  noAuthenticatorApp: "This user has no authenticator app.",
  tooManyGroups: "A user can be in 100 groups at most.",
  groupNotFound: "Group not found. Add it to the template as an AWS::Cognito::UserPoolGroup.",
  groupInvalid: "A group name must be 1 to 128 characters, without spaces.",
} as const;
