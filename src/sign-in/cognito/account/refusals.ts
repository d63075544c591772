import { z } from "zod";
import { AppError, type ErrorCode } from "../../errors.ts";

const refusalShape = z.object({
  __type: z.string().transform((type) => type.replace(/^.*#/, "")),
  message: z.string().default(""),
});

/**
 * What Cognito's exception means for the visitor. The operation counts, since one exception stands for several things. Its
 * message counts only where certain words tell two cases apart: Cognito's texts are not fixed.
 */
export function refusalOf(operation: string, status: number, body: unknown): AppError {
  const refusal = refusalShape.safeParse(body);
  if (!refusal.success || status >= 500) {
    const reason = `${operation} answered ${status}`;
    return new AppError("cognito_unreachable", { reason, status: 503, retryAfterSeconds: 30 });
  }
  const { __type: exception, message } = refusal.data;
  return new AppError(exceptions[exception]?.(operation, message) ?? "account_refused", {
    reason: `${operation}: ${exception}`,
    details: { exception, message: printable(message) },
  });
}

const exceptions: Record<string, (operation: string, message: string) => ErrorCode> = {
  NotAuthorizedException: (operation, message) => {
    if (/required scopes/i.test(message)) return "account_scope_missing";
    if (/unauthorized attribute/i.test(message)) return "attribute_read_only";
    if (operation === "ChangePassword" && /password/i.test(message)) return "password_wrong";
    return "access_token_refused";
  },
  UserNotFoundException: () => "access_token_refused",
  ResourceNotFoundException: () => "access_token_refused",
  PasswordResetRequiredException: () => "access_token_refused",
  UserNotConfirmedException: () => "access_token_refused",
  LimitExceededException: () => "too_many_tries",
  TooManyRequestsException: () => "too_many_tries",
  TooManyFailedAttemptsException: () => "too_many_tries",
  CodeMismatchException: () => "code_wrong",
  EnableSoftwareTokenMFAException: () => "code_wrong",
  ExpiredCodeException: () => "code_expired",
  InvalidPasswordException: () => "password_refused",
  PasswordHistoryPolicyViolationException: () => "password_used_before",
  AliasExistsException: () => "address_taken",
  SoftwareTokenMFANotFoundException: () => "factor_not_offered",
  CodeDeliveryFailureException: () => "code_not_sent",
  InvalidParameterException: (operation, message) => {
    if (operation === "ChangePassword") {
      return /previousPassword/i.test(message) ? "password_wrong" : "password_refused";
    }
    if (operation === "VerifySoftwareToken") return "code_wrong";
    if (operation === "VerifyUserAttribute") return "code_wrong";
    if (operation === "SetUserMFAPreference") return "factor_not_offered";
    if (/cannot be updated/i.test(message)) return "attribute_read_only";
    return operation === "UpdateUserAttributes" ? "attribute_refused" : "account_refused";
  },
};

/** For the log: one line, without what a terminal would act upon. */
function printable(message: string): string {
  return message.slice(0, 200).replace(/[^\x20-\x7e]/g, " ");
}
