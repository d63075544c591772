import type { PoolDatabase } from "./pool-database.ts";
import { type AttributeSchema, type PoolSettings, tutorialSettings } from "./pool-settings.ts";

type FixedSettings = Pick<PoolSettings, "signInWith" | "isCaseSensitive" | "schema">;

const remedy =
  "AWS cannot change that in a pool that exists. To begin anew, stop the server and remove its data directory.";

/**
 * Returns the settings with what was fixed when this pool was made: how people sign in, whether case matters, which
 * attributes there are and which of them are required. Custom attributes may join. Each difference is warned of. Until
 * somebody is in it, a pool may be made anew at no loss, so then the settings count as they are.
 */
export function keepFixedSettings(
  database: PoolDatabase,
  settings: PoolSettings,
  warn: (warning: string) => void = () => {},
): PoolSettings {
  const table = database.table<FixedSettings>("fixed-settings");
  const hasUsers = database.table("users").count() > 0;
  const kept = hasUsers ? (table.get("pool") ?? fixedOf(tutorialSettings)) : undefined;
  const fixed = kept ? merge(kept, fixedOf(settings), warn) : fixedOf(settings);
  if (!isSame(fixed, table.get("pool"))) table.put("pool", fixed);
  return { ...settings, ...fixed };
}

function fixedOf({ signInWith, isCaseSensitive, schema }: PoolSettings): FixedSettings {
  return { signInWith, isCaseSensitive, schema };
}

function merge(
  kept: FixedSettings,
  wanted: FixedSettings,
  warn: (warning: string) => void,
): FixedSettings {
  if (kept.signInWith !== wanted.signInWith) {
    warn(`Users go on signing in with ${namesOf[kept.signInWith]}. ${remedy}`);
  }
  if (kept.isCaseSensitive !== wanted.isCaseSensitive) {
    warn(`User names stay ${kept.isCaseSensitive ? "" : "in"}sensitive to case. ${remedy}`);
  }
  return { ...kept, schema: mergeSchemas(kept.schema, wanted.schema, warn) };
}

const namesOf = {
  alias: "a user name, or a verified address (AliasAttributes)",
  email: "their address (UsernameAttributes)",
  username: "a user name alone",
};

function mergeSchemas(
  kept: AttributeSchema[],
  wanted: AttributeSchema[],
  warn: (warning: string) => void,
): AttributeSchema[] {
  for (const attribute of kept) {
    const now = wanted.find(({ name }) => name === attribute.name);
    if (!isSame(attribute, now)) warn(`The attribute ${attribute.name} stays as it was. ${remedy}`);
  }
  const added = wanted.filter(({ name }) => kept.every((attribute) => attribute.name !== name));
  return [
    ...kept,
    ...added.map((attribute) => {
      if (attribute.isRequired) warn(`${attribute.name} does not become required. ${remedy}`);
      return { ...attribute, isRequired: false };
    }),
  ];
}

function isSame(one: object, other: object | undefined): boolean {
  return JSON.stringify(one, byName) === JSON.stringify(other, byName);
}

/** Two records with the same facts are the same, in whatever order they were written down. */
function byName(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)));
}
