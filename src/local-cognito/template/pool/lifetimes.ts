import type { ClientSettings } from "../../pool/pool-settings.ts";
import type { Findings } from "../findings.ts";
import type { PropertiesOf } from "../resources/shapes.ts";

type Client = PropertiesOf<"AWS::Cognito::UserPoolClient">;
type Token = "IdToken" | "AccessToken" | "RefreshToken";
type Lifetimes = Pick<
  ClientSettings,
  "idTokenSeconds" | "accessTokenSeconds" | "refreshTokenSeconds"
>;

const seconds = { seconds: 1, minutes: 60, hours: 60 * 60, days: 24 * 60 * 60 };

const lifetimes = {
  IdToken: { unit: "hours", fallback: seconds.hours, least: 5 * 60, most: seconds.days },
  AccessToken: { unit: "hours", fallback: seconds.hours, least: 5 * 60, most: seconds.days },
  RefreshToken: {
    unit: "days",
    fallback: 30 * seconds.days,
    least: seconds.hours,
    most: 3650 * seconds.days,
  },
} as const;

/** How long the tokens of a client live; notes what AWS would refuse. */
export function lifetimesOf(client: Client, path: string, findings: Findings): Lifetimes {
  const of = (token: Token) => lifetimeSeconds(token, client, path, findings);
  return {
    idTokenSeconds: of("IdToken"),
    accessTokenSeconds: of("AccessToken"),
    refreshTokenSeconds: of("RefreshToken"),
  };
}

function lifetimeSeconds(token: Token, client: Client, path: string, findings: Findings): number {
  const { fallback, least, most, unit } = lifetimes[token];
  const given = client[`${token}Validity`];
  if (!given) return fallback;
  const lifetime = given * seconds[client.TokenValidityUnits?.[token] ?? unit];
  if (lifetime < least || lifetime > most) {
    const limits = `from ${least / 60} minutes to ${most / seconds.days} days`;
    findings.problem(
      `${path}.${token}Validity`,
      `makes ${lifetime / 60} minutes; AWS allows ${limits}.`,
    );
  }
  return lifetime;
}
