import type { CognitoHttp } from "../sign-in/cognito/calls/cognito-http.ts";
import type { UserPool } from "../sign-in/cognito/user-pool.ts";
import { answerOrReason } from "./no-answer.ts";
import { ok, problem, type Verdict } from "./verdict.ts";

/** Whether the page that authorize leads to is there; that of another host than the domain's is the provider's affair. */
export async function checkLoginPages(
  http: CognitoHttp,
  { domain }: UserPool,
  location: string,
): Promise<Verdict> {
  const { origin, host } = new URL(location);
  if (origin !== domain) return ok("login-pages", `authorize goes straight on to ${host}`);
  const asked = await answerOrReason(http.get(location));
  if ("reason" in asked) return problem("login-pages", `${host} ${asked.reason}.`, asked.remedy);
  const { status, body } = asked.answer;
  if (/login pages unavailable/i.test(body)) {
    return problem(
      "login-pages",
      "The domain uses managed login, and this app client has no style: visitors read “Login pages unavailable”.",
      "Create one in the console: User pools ▸ your pool ▸ Branding ▸ Managed login ▸ Create a style, for this app client.",
    );
  }
  if (status >= 400) {
    return problem(
      "login-pages",
      `The sign-in page answers with status ${status}.`,
      "Open the app and click Register/Login: the page says more.",
    );
  }
  return ok("login-pages", "the sign-in page is there");
}
