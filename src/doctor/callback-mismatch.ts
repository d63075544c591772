import type { CognitoHttp } from "../sign-in/cognito/calls/cognito-http.ts";
import type { UserPool } from "../sign-in/cognito/user-pool.ts";
import type { Config } from "../site/settings/config.ts";
import { askAuthorize } from "./authorize-question.ts";
import { answerOrReason } from "./no-answer.ts";

type Variant = [difference: string, url: string];

/**
 * That the callback URL is not registered, and where a usual slip of it is, which one. The pool tells nobody its list,
 * but whether an address is on it.
 */
export async function describeMismatch(
  http: CognitoHttp,
  pool: UserPool,
  { callbackUrl, scopes }: Pick<Config, "callbackUrl" | "scopes">,
): Promise<string> {
  const finding = `The callback URL ${callbackUrl} is not registered.`;
  const found = await Promise.all(
    variantsOf(callbackUrl).map(async (variant) => {
      const question = { redirectUri: variant[1], scopes };
      const asked = await answerOrReason(askAuthorize(http, pool, question));
      const isOnList = "answer" in asked && ["goes on", "refused"].includes(asked.answer.kind);
      return isOnList ? [variant] : [];
    }),
  );
  const [near] = found.flat();
  return near ? `${finding} Registered is ${near[1]}, which differs by ${near[0]}.` : finding;
}

function variantsOf(callbackUrl: string): Variant[] {
  const { protocol, hostname, origin, pathname } = new URL(callbackUrl);
  const other = (change: Partial<Pick<URL, "protocol" | "hostname" | "port">>) =>
    Object.assign(new URL(callbackUrl), change).href;
  const loopback = hostname === "localhost" ? "127.0.0.1" : "localhost";
  return [
    ["a slash at the end", `${callbackUrl}/`],
    ["its scheme", other({ protocol: protocol === "https:" ? "http:" : "https:" })],
    ["its port", other({ port: "" })],
    ["its port", other({ port: "3000" })],
    ...(["localhost", "127.0.0.1"].includes(hostname)
      ? [["its host name", other({ hostname: loopback })] satisfies Variant]
      : []),
    ["a missing path", `${origin}/`],
    ["a missing path", origin],
    ["its path, which is that of Cognito's own sample", `${origin}/callback`],
    ["the case of its letters", `${origin}${pathname.replace("logged-in", "Logged-In")}`],
    ["its path, which is the sign-out URL's", `${origin}/logout`],
  ].filter((variant): variant is Variant => variant[1] !== callbackUrl);
}
