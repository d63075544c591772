import type { Request } from "express";
import type { UserAccount } from "../../cognito/account/user-account.ts";
import { AppError } from "../../errors.ts";
import { fieldsOf, labelOf } from "../../pages/attribute-fields.ts";
import type { AccountFacts } from "../../pages/own-pages.ts";
import { providerName } from "../../pages/provider-name.ts";
import { userOf } from "../../visitor/guards.ts";
import { pathWith } from "../../visitor/login-url.ts";
import type { Services } from "../../visitor/services.ts";
import { storedSession } from "../../visitor/visit.ts";
import { sessionsOf } from "../sessions.ts";

/** The scope without which an access token opens nothing of the account. */
export const accountScope = "aws.cognito.signin.user.admin";

/** How long it is believed whether the pool offers passkeys. */
const passkeysKeptMs = 10 * 60 * 1000;

/**
 * Gathers what the account page shows. Where the scope is missing it tells the operator once, and shows what the ID token
 * says. Rejects where the pool cannot be asked, unless a refused form waits to be shown again.
 */
export function createAccountFacts(
  services: Services,
  { recentMinutes }: { recentMinutes: number },
): (req: Request, shown: Partial<AccountFacts>) => Promise<AccountFacts> {
  const { settings, log, now } = services;
  let passkeys: { areOffered: boolean; until: number } | undefined;
  let isScopeReported = false;

  async function accountOf(req: Request, isRefusal: boolean): Promise<UserAccount | undefined> {
    if (!settings.scopes.includes(accountScope)) return reportScope();
    try {
      return await req.signIn.pool.getUser();
    } catch (error) {
      if (error instanceof AppError && error.code === "account_scope_missing") return reportScope();
      if (isRefusal) return undefined;
      throw inItsWords(error);
    }
  }

  function reportScope(): undefined {
    if (isScopeReported) return;
    isScopeReported = true;
    log.warn(
      {},
      `the account page shows profile and sessions alone: add ${accountScope} to SCOPES, and allow it in the app client`,
    );
  }

  /** Not for users of another provider, who have nothing of the kind here. */
  async function passkeysPage(
    req: Request,
    path: string,
    account: UserAccount | undefined,
  ): Promise<AccountFacts["passkeys"]> {
    if (!account || account.provider) return undefined;
    if (!passkeys || passkeys.until < now()) {
      const areOffered = await req.signIn.pool.offersPasskeys().catch(() => undefined);
      if (areOffered === undefined) return undefined;
      passkeys = { areOffered, until: now() + passkeysKeptMs };
    }
    return passkeys.areOffered ? { href: `${path}/passkeys` } : undefined;
  }

  return async (req, { verify, typed, problem }) => {
    const user = userOf(req);
    const path = String(settings.paths.account);
    const session = await storedSession(services, req);
    const account = await accountOf(req, typed !== undefined);
    const attributes = account?.attributes ?? { ...(user.email && { email: user.email }) };
    const { authenticatedAt = 0 } = session ?? {};
    return {
      user,
      path,
      username: account?.username ?? user.username,
      isComplete: account !== undefined || typed !== undefined,
      provider: account?.provider && providerName(account.provider),
      fields: fieldsOf(attributes, problem?.section === "profile" ? typed : {}),
      verified: {
        email: account ? attributes.email_verified === "true" : user.emailVerified,
        phone_number: attributes.phone_number_verified === "true",
      },
      toVerify: toVerify(attributes, typed?.attribute ?? verify),
      hasApp: account?.factors.includes("SOFTWARE_TOKEN_MFA"),
      passkeys: await passkeysPage(req, path, account),
      mayChange: now() - authenticatedAt < recentMinutes * 60_000,
      signInAgain: {
        href: pathWith(settings.paths.login, {
          returnTo: path,
          max_age: String(recentMinutes * 60),
        }),
      },
      notice: undefined,
      problem: undefined,
      setUp: undefined,
      sessionsPath: settings.paths.sessions,
      ...(settings.paths.sessions === false
        ? { thisOne: undefined, others: [] }
        : await sessionsOf(services, req, user)),
    };
  };
}

/** The address whose code the page asks for: the one that was just changed, or one that was never proved. */
function toVerify(attributes: Record<string, string>, asked: unknown): AccountFacts["toVerify"] {
  const addresses = ["email", "phone_number"];
  const name =
    addresses.find((address) => address === asked) ??
    addresses.find((one) => attributes[one] && attributes[`${one}_verified`] === "false");
  return name === undefined ? undefined : { name, label: labelOf(name) };
}

/** A silent Cognito is an outage, and nobody is signed out by it. */
function inItsWords(error: unknown): unknown {
  if (!isTroubleAtCognito(error)) return error;
  const { status, retryAfterSeconds = 30 } = error;
  return error.as("account_not_shown").with({ status, retryAfterSeconds });
}

/** True where Cognito gave no answer, or none that makes sense. */
export function isTroubleAtCognito(error: unknown): error is AppError {
  const codes = ["cognito_unreachable", "cognito_answer_invalid"];
  return error instanceof AppError && codes.includes(error.code);
}
