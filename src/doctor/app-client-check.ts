import type { CognitoHttp } from "../sign-in/cognito/calls/cognito-http.ts";
import type { UserPool } from "../sign-in/cognito/user-pool.ts";
import { accountScope } from "../sign-in/routes/account/account-facts.ts";
import type { Config } from "../site/settings/config.ts";
import { type AuthorizeAnswer, askAuthorize } from "./authorize-question.ts";
import { describeMismatch } from "./callback-mismatch.ts";
import { checkIdentityProviders } from "./identity-providers-check.ts";
import { checkLoginPages } from "./login-pages-check.ts";
import { answerOrReason } from "./no-answer.ts";
import { advice, type Check, ok, problem, unknown, type Verdict } from "./verdict.ts";

/** Verdicts on what the authorize endpoint thinks of the app's request, and whether the client is known there. */
export interface AppClientFindings {
  verdicts: Verdict[];
  isKnown: boolean;
}

const client = "User pools ▸ your pool ▸ App clients ▸ your client";
const afterwards: Check[] = ["code-grant", "scopes", "login-pages"];
const domainRemedy =
  "Copy COGNITO_DOMAIN from the console: User pools ▸ your pool ▸ Branding ▸ Domain, with https:// in front.";

/** Asks authorize as the app would; `ownDomain` is what the pool calls its domain. */
export async function checkAppClient(
  http: CognitoHttp,
  pool: UserPool,
  config: Pick<Config, "callbackUrl" | "scopes" | "identityProviders">,
  ownDomain: string | undefined,
): Promise<AppClientFindings> {
  const question = { redirectUri: config.callbackUrl, scopes: config.scopes };
  const asked = await answerOrReason(askAuthorize(http, pool, question));
  if ("reason" in asked) {
    const finding =
      ownDomain === "none"
        ? noDomain
        : `${new URL(pool.domain).host}, which COGNITO_DOMAIN names, ${asked.reason}.`;
    return nothingMore(
      problem("domain", finding, ownDomain === "none" ? makeDomain : asked.remedy),
      config,
    );
  }
  const { answer } = asked;
  if (answer.kind === "no user pool domain") {
    const finding = `What answers at ${pool.domain} is no user pool domain (status ${answer.status}).`;
    return nothingMore(problem("domain", finding, domainRemedy), config);
  }
  const domain = checkDomain(pool, ownDomain);
  const found = await verdictsOn(answer, { http, pool, config });
  return { ...found, verdicts: [domain, ...found.verdicts] };
}

const noDomain = "The user pool has no domain yet, so it has no sign-in pages.";
const makeDomain =
  "Create one in the console: User pools ▸ your pool ▸ Branding ▸ Domain, and set COGNITO_DOMAIN to it.";

function nothingMore(verdict: Verdict, config: Asking["config"]): AppClientFindings {
  const left: Check[] = ["app-client", "callback-url", ...afterwards];
  return {
    verdicts: [verdict, ...waiting(left, config, "The domain does not answer.")],
    isKnown: false,
  };
}

/** Unknown, and so are the providers, where any has a button. */
function waiting(
  checks: Check[],
  { identityProviders }: Asking["config"],
  because: string,
): Verdict[] {
  return unknown(
    identityProviders.length > 0 ? [...checks, "identity-providers"] : checks,
    because,
  );
}

/** A pool with a custom domain describes that one alone, although its first one goes on working. */
function checkDomain({ domain }: UserPool, ownDomain: string | undefined): Verdict {
  if (ownDomain === undefined || ownDomain === domain) return ok("domain", domain);
  if (ownDomain === "none") return problem("domain", noDomain, makeDomain);
  const finding = `The pool calls its domain ${ownDomain}, and COGNITO_DOMAIN is ${domain}, which may be another pool's.`;
  return advice("domain", finding, "Use the pool's own, unless visitors should see the other one.");
}

type DomainAnswer = Exclude<AuthorizeAnswer, { kind: "no user pool domain" }>;

interface Asking {
  http: CognitoHttp;
  pool: UserPool;
  config: Pick<Config, "callbackUrl" | "scopes" | "identityProviders">;
}

async function verdictsOn(answer: DomainAnswer, asking: Asking): Promise<AppClientFindings> {
  switch (answer.kind) {
    case "goes on":
      return {
        isKnown: true,
        verdicts: [
          known(asking),
          registered(asking),
          ok("code-grant", "allowed"),
          allowed(asking),
          await checkLoginPages(asking.http, asking.pool, answer.location),
          ...(await checkIdentityProviders(asking)),
        ],
      };
    case "refused":
      return { isKnown: true, verdicts: await onRefusal(answer.error, asking) };
    default:
      return await onErrorPage(answer.error, asking);
  }
}

function known({ pool }: Asking): Verdict {
  return ok("app-client", pool.clientId);
}

function registered({ config }: Asking): Verdict {
  return ok("callback-url", `${config.callbackUrl} is registered`);
}

/** Without the account page's scope all is well, but that page is the smaller for it. */
function allowed({ config: { scopes } }: Asking): Verdict {
  const finding = `${scopes.join(" ")}: allowed`;
  const hint = `. Visitors change nothing at the account page: that takes ${accountScope}, allowed in the app client and in SCOPES`;
  return ok("scopes", scopes.includes(accountScope) ? finding : finding + hint);
}

/** The domain's own error page: mostly about the callback URL or the client. */
async function onErrorPage(error: string, asking: Asking): Promise<AppClientFindings> {
  if (error === "unauthorized_client") {
    const callbackUrl = unknown(["callback-url"], "The grant comes first.");
    return { isKnown: true, verdicts: [known(asking), ...callbackUrl, ...noCodeGrant(asking)] };
  }
  if (error !== "redirect_mismatch") return noClient(error, asking);
  const left = waiting(afterwards, asking.config, "The callback URL comes first.");
  return { isKnown: true, verdicts: [known(asking), await onMismatch(asking), ...left] };
}

async function onMismatch({ http, pool, config }: Asking): Promise<Verdict> {
  const finding = await describeMismatch(http, pool, config);
  const remedy = `Add ${config.callbackUrl} in the console, to the letter: ${client} ▸ Login pages ▸ Edit ▸ Allowed callback URLs.`;
  return problem("callback-url", finding, remedy);
}

function noClient(error: string, { pool, config }: Asking): AppClientFindings {
  const said = error ? ` It says: ${error}` : "";
  const verdict = problem(
    "app-client",
    `This user pool knows no app client ${pool.clientId}, or wants nothing of it.${said}`,
    `Copy CLIENT_ID from the console: ${client} ▸ Client ID, of the very pool that COGNITO_DOMAIN belongs to.`,
  );
  const left = waiting(["callback-url", ...afterwards], config, "The app client comes first.");
  return { isKnown: false, verdicts: [verdict, ...left] };
}

async function onRefusal(error: string, asking: Asking): Promise<Verdict[]> {
  if (error === "unauthorized_client") {
    return [known(asking), registered(asking), ...noCodeGrant(asking)];
  }
  if (error === "invalid_scope") {
    const { http, pool, config } = asking;
    const refused = await refusedScopes(http, pool, config);
    const finding = `The app client does not allow ${refused.join(" ")}, which SCOPES asks for.`;
    const remedy = `Allow it in the console (${client} ▸ Login pages ▸ Edit ▸ OpenID Connect scopes), or take it out of SCOPES.${
      refused.includes(accountScope) ? " Without it visitors cannot change their account." : ""
    }`;
    return [
      known(asking),
      registered(asking),
      problem("scopes", finding, remedy),
      ...waiting(["code-grant", "login-pages"], config, "The scopes come first."),
    ];
  }
  const finding = `The user pool refuses the app's request (${error || "without a reason"}).`;
  return [
    problem(
      "app-client",
      finding,
      `Look through the app client's settings: ${client} ▸ Login pages.`,
    ),
    registered(asking),
    ...waiting(afterwards, asking.config, "The refusal comes first."),
  ];
}

function noCodeGrant({ config }: Asking): Verdict[] {
  const finding = "The app client may not use the authorization code grant.";
  const remedy = `Switch it on in the console: ${client} ▸ Login pages ▸ Edit ▸ OAuth grant types ▸ Authorization code grant.`;
  return [
    problem("code-grant", finding, remedy),
    ...waiting(["scopes", "login-pages"], config, "The grant comes first."),
  ];
}

/** openid alone, or each that is refused beside it; all of them where none by itself is to blame. */
async function refusedScopes(
  http: CognitoHttp,
  pool: UserPool,
  { callbackUrl, scopes }: Asking["config"],
): Promise<string[]> {
  const isRefused = async (asked: string[]) => {
    const question = { redirectUri: callbackUrl, scopes: asked };
    const found = await answerOrReason(askAuthorize(http, pool, question));
    return "answer" in found && found.answer.kind === "refused";
  };
  if (await isRefused(["openid"])) return ["openid"];
  const others = scopes.filter((scope) => scope !== "openid");
  const answers = await Promise.all(others.map((scope) => isRefused(["openid", scope])));
  const refused = others.filter((_, place) => answers[place]);
  return refused.length > 0 ? refused : scopes;
}
