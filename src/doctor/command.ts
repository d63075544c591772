import type { Environment } from "../sign-in/settings/environment.ts";
import { explainStartError } from "../site/start/start-errors.ts";
import { diagnose } from "./diagnose.ts";
import { asJson, asText } from "./report.ts";
import { advice, type Verdict } from "./verdict.ts";

const usage = `Usage (npx doctor where the package is installed):
  npm run doctor              checks the settings against the user pool that they name
  npm run doctor -- --json    the same, for programs

It signs nobody in, changes nothing and prints no secret. Exit status: 0 where nothing keeps people from signing in,
1 where something does, 2 where it did not understand you.`;

interface Output {
  write(words: string): unknown;
}

/** `npm run doctor`: resolves to the exit code. */
export async function doctorCommand(
  words: string[],
  readSettings: () => Environment,
  { output, errors, notes = () => [] }: { output: Output; errors: Output; notes?: () => string[] },
): Promise<0 | 1 | 2> {
  const [word, ...others] = words;
  if (others.length > 0 || (word !== undefined && word !== "--json")) {
    errors.write(`${usage}\n`);
    return 2;
  }
  try {
    const { verdicts, ...rest } = await diagnose(readSettings());
    const diagnosis = { ...rest, verdicts: [...notes().map(adviceOn), ...verdicts] };
    output.write(`${word ? asJson(diagnosis) : asText(diagnosis)}\n`);
    return diagnosis.verdicts.some(({ outcome }) => outcome === "problem") ? 1 : 0;
  } catch (error) {
    const words = explainStartError(error, undefined);
    errors.write(`${words.replace(/^Nothing was started\./, "Nothing was checked.")}\n`);
    return 1;
  }
}

/** What stands in `.env` and does not count. */
function adviceOn(note: string): Verdict {
  return advice("settings", note, "Mend that line of .env.");
}
