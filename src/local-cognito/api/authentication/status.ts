import { assumptions } from "../../assumptions.ts";
import type { AppClient } from "../../pool/clients.ts";
import { hasTemporaryPasswordExpired } from "../../users/temporary-password.ts";
import type { User } from "../../users/user.ts";
import { ApiException } from "../exceptions.ts";
import { notAuthorized } from "./auth-sessions.ts";

/** Throws ApiException for a user whom no password brings in as things stand. */
export function assertMaySignIn(user: User, now: number): void {
  if (!user.enabled) throw notAuthorized("User is disabled.");
  assertConfirmed(user);
  if (user.status === "RESET_REQUIRED") {
    throw new ApiException(
      "PasswordResetRequiredException",
      "Password reset required for the user",
    );
  }
  if (hasTemporaryPasswordExpired(user, now)) {
    throw notAuthorized("Temporary password has expired and must be reset by an administrator.");
  }
}

/** A client that tells who exists tells this before any password, as the service does. */
export function assertConfirmedFirst(client: AppClient, user: User | undefined): void {
  const isTold = assumptions.apiTellsUnconfirmedFirst && !client.hidesUserExistence;
  if (user && isTold) assertConfirmed(user);
}

function assertConfirmed({ status }: User): void {
  if (status !== "UNCONFIRMED") return;
  throw new ApiException("UserNotConfirmedException", "User is not confirmed.");
}
