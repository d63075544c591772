#!/usr/bin/env node
import { localCognitoCommand } from "./command.ts";

const terminal = { output: process.stdout, errors: process.stderr };
const outcome = await localCognitoCommand(process.argv.slice(2), process.env, terminal);

if (typeof outcome === "number") {
  process.exitCode = outcome;
} else {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Once more, and it ends at once: closing waits for what is being answered.
    process.once(signal, () => {
      process.once(signal, () => process.exit(1));
      outcome.close().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`Stopping failed: ${error}\n`);
          process.exit(1);
        },
      );
    });
  }
}
