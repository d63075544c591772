import {
  type PoolSettings,
  tutorialSettings,
} from "../../../src/local-cognito/pool/pool-settings.ts";

type Changes = Partial<Omit<PoolSettings, "client" | "passwordPolicy">> & {
  client?: Partial<PoolSettings["client"]>;
  passwordPolicy?: Partial<PoolSettings["passwordPolicy"]>;
};

/** The pool of the tutorial with some settings changed, as an option of `startPool`. */
export function withSettings({ client, passwordPolicy, ...changes }: Changes): {
  settings: PoolSettings;
} {
  return {
    settings: {
      ...tutorialSettings,
      ...changes,
      passwordPolicy: { ...tutorialSettings.passwordPolicy, ...passwordPolicy },
      client: { ...tutorialSettings.client, ...client },
    },
  };
}

/** An attribute that everybody must have. */
export function required(name: string, more: object = {}): PoolSettings["schema"][number] {
  return { name, type: "String", isRequired: true, isMutable: true, ...more };
}
