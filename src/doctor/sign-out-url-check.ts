import type { CognitoHttp } from "../sign-in/cognito/calls/cognito-http.ts";
import type { UserPool } from "../sign-in/cognito/user-pool.ts";
import type { Config } from "../site/settings/config.ts";
import type { AppClientFindings } from "./app-client-check.ts";
import { answerOrReason } from "./no-answer.ts";
import { ok, problem, unknown, type Verdict } from "./verdict.ts";

/** Whether Cognito sends visitors back after signing them out. */
export async function checkSignOutUrl(
  http: CognitoHttp,
  { logoutEndpoint, clientId }: UserPool,
  { signOutUrl }: Config,
  { isKnown }: AppClientFindings,
): Promise<Verdict[]> {
  if (!isKnown) return unknown(["sign-out-url"], "The app client comes first.");
  const query = new URLSearchParams({ client_id: clientId, logout_uri: signOutUrl });
  const asked = await answerOrReason(http.get(`${logoutEndpoint}?${query}`));
  if ("reason" in asked) {
    return [
      problem("sign-out-url", `${new URL(logoutEndpoint).host} ${asked.reason}.`, asked.remedy),
    ];
  }
  const { status, location } = asked.answer;
  const isSentBack = status >= 300 && status < 400 && location === signOutUrl;
  if (isSentBack) return [ok("sign-out-url", `${signOutUrl} is registered`)];
  return [
    problem(
      "sign-out-url",
      `The sign-out URL ${signOutUrl} is not registered: whoever logs out ends at an error page.`,
      `Add ${signOutUrl} in the console, to the letter: User pools ▸ your pool ▸ App clients ▸ your client ▸ Login pages ▸ Edit ▸ Allowed sign-out URLs.`,
    ),
  ];
}
