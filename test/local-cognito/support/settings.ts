import {
  type ClientSettings,
  type PoolSettings,
  tutorialSettings,
  withFirstClient,
} from "../../../src/local-cognito/pool/pool-settings.ts";

type Changes = Partial<Omit<PoolSettings, "passwordPolicy">> & {
  /** Of the first client. */
  client?: Partial<ClientSettings>;
  passwordPolicy?: Partial<PoolSettings["passwordPolicy"]>;
};

/** The pool of the tutorial with some settings changed, as an option of `startPool`. */
export function withSettings({ client = {}, passwordPolicy, ...changes }: Changes): {
  settings: PoolSettings;
} {
  const ofThePool = {
    ...tutorialSettings,
    ...changes,
    passwordPolicy: { ...tutorialSettings.passwordPolicy, ...passwordPolicy },
  };
  return { settings: withFirstClient(ofThePool, client) };
}

/** An attribute that everybody must have. */
export function required(name: string, more: object = {}): PoolSettings["schema"][number] {
  return { name, type: "String", isRequired: true, isMutable: true, ...more };
}
