import { adminInitiateAuth, initiateAuth } from "./authentication/initiate-auth.ts";
import { adminRespondToAuthChallenge, respondToAuthChallenge } from "./authentication/respond.ts";
import type { Context } from "./context.ts";
import { getTokensFromRefreshToken } from "./flows/refresh-flow.ts";
import * as clients from "./operations/app-clients.ts";
import * as groups from "./operations/groups.ts";
import * as mfa from "./operations/mfa-config.ts";
import * as own from "./operations/own-account.ts";
import { revokeToken } from "./operations/revoke-token.ts";
import * as factors from "./operations/second-factor.ts";
import * as joining from "./operations/sign-up.ts";
import * as lists from "./operations/user-lists.ts";
import * as pools from "./operations/user-pools.ts";
import * as users from "./operations/users.ts";

/** What an operation does: it gets a checked input, and returns its output, if it has one. */
export type Operation = (
  context: Context,
  input: never,
) => object | undefined | Promise<object | undefined>;

/** Every operation that is simulated, by its name. */
export const operations: Record<string, Operation> = {
  AdminAddUserToGroup: groups.adminAddUserToGroup,
  AdminConfirmSignUp: users.adminConfirmSignUp,
  AdminCreateUser: users.adminCreateUser,
  AdminDeleteUser: users.adminDeleteUser,
  AdminDeleteUserAttributes: users.adminDeleteUserAttributes,
  AdminDisableUser: users.adminDisableUser,
  AdminEnableUser: users.adminEnableUser,
  AdminGetUser: users.adminGetUser,
  AdminInitiateAuth: adminInitiateAuth,
  AdminListGroupsForUser: groups.adminListGroupsForUser,
  AdminListUserAuthEvents: users.adminListUserAuthEvents,
  AdminRemoveUserFromGroup: groups.adminRemoveUserFromGroup,
  AdminResetUserPassword: users.adminResetUserPassword,
  AdminRespondToAuthChallenge: adminRespondToAuthChallenge,
  AdminSetUserMFAPreference: factors.adminSetUserMfaPreference,
  AdminSetUserPassword: users.adminSetUserPassword,
  AdminUpdateUserAttributes: users.adminUpdateUserAttributes,
  AdminUserGlobalSignOut: users.adminUserGlobalSignOut,
  AssociateSoftwareToken: factors.associateSoftwareToken,
  ChangePassword: own.changePassword,
  ConfirmForgotPassword: joining.confirmForgotPassword,
  ConfirmSignUp: joining.confirmSignUp,
  CreateGroup: groups.createGroup,
  CreateUserPoolClient: clients.createUserPoolClient,
  DeleteGroup: groups.deleteGroup,
  DeleteUser: own.deleteUser,
  DeleteUserAttributes: own.deleteUserAttributes,
  DeleteUserPoolClient: clients.deleteUserPoolClient,
  DescribeUserPool: pools.describeUserPool,
  DescribeUserPoolClient: clients.describeUserPoolClient,
  ForgotPassword: joining.forgotPassword,
  GetGroup: groups.getGroup,
  GetTokensFromRefreshToken: getTokensFromRefreshToken,
  GetUser: own.getUser,
  GetUserAttributeVerificationCode: own.getUserAttributeVerificationCode,
  GetUserAuthFactors: factors.getUserAuthFactors,
  GetUserPoolMfaConfig: mfa.getUserPoolMfaConfig,
  GlobalSignOut: own.globalSignOut,
  InitiateAuth: initiateAuth,
  ListGroups: groups.listGroups,
  ListUserPoolClients: clients.listUserPoolClients,
  ListUserPools: pools.listUserPools,
  ListUsers: lists.listUsers,
  ListUsersInGroup: lists.listUsersInGroup,
  ResendConfirmationCode: joining.resendConfirmationCode,
  RespondToAuthChallenge: respondToAuthChallenge,
  RevokeToken: revokeToken,
  SetUserMFAPreference: factors.setUserMfaPreference,
  SetUserPoolMfaConfig: mfa.setUserPoolMfaConfig,
  SignUp: joining.signUp,
  UpdateGroup: groups.updateGroup,
  UpdateUserAttributes: own.updateUserAttributes,
  UpdateUserPoolClient: clients.updateUserPoolClient,
  VerifySoftwareToken: factors.verifySoftwareToken,
  VerifyUserAttribute: own.verifyUserAttribute,
};
