import { type Environment, setting, wholeNumber } from "./environment.ts";
import type { Problem } from "./problems.ts";

export interface LocalCognitoSettings {
  /** Undefined: 4300, or one of the next where others have taken it. */
  port: number | undefined;
  /** A CloudFormation template; undefined: the tutorial's pool. */
  template: string | undefined;
  /** Values for parameters of the template. */
  parameters: Record<string, string>;
  /** A file of users that are to be there. */
  usersFile: string | undefined;
  /** Two files, in PEM, for https. */
  certificate: { cert: string; key: string } | undefined;
  /** A module with a function for each Lambda trigger. */
  triggers: string | undefined;
}

/** What local Cognito starts with beside its template. */
export function readLocalCognito(env: Environment, problems: Problem[]): LocalCognitoSettings {
  return {
    port: wholeNumber(env, problems, "LOCAL_COGNITO_PORT", {
      fallback: undefined,
      min: 1,
      max: 65_535,
      why: "Local Cognito listens on this port.",
    }),
    template: undefined,
    parameters: readParameters(env, problems),
    usersFile: setting(env, "LOCAL_COGNITO_USERS"),
    certificate: readCertificate(env, problems),
    triggers: setting(env, "LOCAL_COGNITO_TRIGGERS"),
  };
}

function readCertificate(env: Environment, problems: Problem[]) {
  const cert = setting(env, "LOCAL_COGNITO_CERTIFICATE");
  const key = setting(env, "LOCAL_COGNITO_KEY");
  if (cert === undefined && key === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert, key };
  problems.push({
    setting: cert === undefined ? "LOCAL_COGNITO_CERTIFICATE" : "LOCAL_COGNITO_KEY",
    what: "is missing.",
    why: "A certificate and its private key are two files that go together.",
    remedy: "Name both, or neither for plain http.",
  });
  return undefined;
}

// As `aws cloudformation deploy --parameter-overrides` takes them.
function readParameters(env: Environment, problems: Problem[]): Record<string, string> {
  const words = (setting(env, "LOCAL_COGNITO_PARAMETERS") ?? "").split(/\s+/).filter(Boolean);
  if (words.every((word) => /^\w+=/.test(word))) {
    return Object.fromEntries(words.map((word) => splitAtEquals(word)));
  }
  problems.push({
    setting: "LOCAL_COGNITO_PARAMETERS",
    what: "is no list of parameters.",
    why: "Local Cognito's pool would be another one than you mean.",
    remedy: "Write NAME=VALUE with blanks between them, such as Mfa=ON SelfRegistration=false.",
  });
  return {};
}

function splitAtEquals(word: string): [string, string] {
  const at = word.indexOf("=");
  return [word.slice(0, at), word.slice(at + 1)];
}
