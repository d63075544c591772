import type { CognitoHttp } from "../sign-in/cognito/calls/cognito-http.ts";
import type { UserPool } from "../sign-in/cognito/user-pool.ts";
import type { Config } from "../site/settings/config.ts";
import { askAuthorize } from "./authorize-question.ts";
import { answerOrReason } from "./no-answer.ts";
import { ok, problem, unknown, type Verdict } from "./verdict.ts";

/** Whether each button of IDENTITY_PROVIDERS leads to its provider. */
export async function checkIdentityProviders({
  http,
  pool,
  config: { identityProviders, callbackUrl, scopes },
}: {
  http: CognitoHttp;
  pool: UserPool;
  config: Pick<Config, "callbackUrl" | "scopes" | "identityProviders">;
}): Promise<Verdict[]> {
  if (identityProviders.length === 0) return [];
  const answers = await Promise.all(
    identityProviders.map(async (identityProvider) => {
      const question = { redirectUri: callbackUrl, scopes, identityProvider };
      const asked = await answerOrReason(askAuthorize(http, pool, question));
      return "answer" in asked ? asked.answer.kind : "no answer";
    }),
  );
  const isKind = (...kinds: string[]) =>
    identityProviders.filter((_, place) => kinds.includes(answers[place] ?? ""));
  const refused = isKind("refused", "stays");
  if (refused.length === 0 && isKind("goes on").length < identityProviders.length) {
    return unknown(["identity-providers"], "The domain did not answer each question; try again.");
  }
  if (refused.length === 0) return [ok("identity-providers", identityProviders.join(", "))];
  return [
    problem(
      "identity-providers",
      `The app client does not have ${refused.join(", ")}, which IDENTITY_PROVIDERS names.`,
      "Spell the names as the console does, and assign them: User pools ▸ your pool ▸ App clients ▸ your client ▸ Login pages ▸ Edit ▸ Identity providers.",
    ),
  ];
}
