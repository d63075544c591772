import { type Environment, listOf, setting } from "./environment.ts";
import { looksLikePlaceholder } from "./placeholder.ts";
import type { Problem } from "./problems.ts";

const remedy = "Make one: node -e \"console.log(crypto.randomBytes(32).toString('hex'))\"";

/** The session secrets, newest first, or undefined where one may be made up and none is given. */
export function readSessionSecrets(
  env: Environment,
  problems: Problem[],
  { isRequired }: { isRequired: boolean },
): string[] | undefined {
  const value = setting(env, "SESSION_SECRET");
  const note = (what: string, why: string) =>
    problems.push({ setting: "SESSION_SECRET", what, why, remedy });
  if (value === undefined) {
    if (isRequired) {
      note(
        "is missing.",
        "It signs the session cookie and encrypts what is stored, on every machine alike.",
      );
    }
    return undefined;
  }
  const secrets = listOf(value, ",");
  if (secrets.length === 0) note("holds commas only.", "Nothing would be signed with it.");
  const weakness = secrets.map((secret) => weaknessOf(secret, env)).find(Boolean);
  if (weakness) note(weakness, "Whoever guesses it can sign in as anybody.");
  return secrets;
}

function weaknessOf(secret: string, env: Environment): string | undefined {
  if (looksLikePlaceholder(secret)) return "still holds a placeholder.";
  if (Buffer.byteLength(secret) < 32)
    return "is shorter than 32 bytes (each one, where there are several).";
  if (new Set(secret).size < 10) return "repeats a few characters.";
  if (secret === setting(env, "CLIENT_SECRET")) return "is the same as CLIENT_SECRET.";
  return undefined;
}
