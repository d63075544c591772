#!/usr/bin/env node
import { setupCommand } from "./command.ts";
import { createTerminal } from "./terminal.ts";

const terminal = createTerminal(process.stdin, process.stdout, interrupt);
process.once("SIGINT", interrupt);
process.exitCode = await setupCommand(process.argv.slice(2), terminal, process.env);
terminal.close();

/** AWS neither knows nor cares that nobody is watching any more. */
function interrupt(): void {
  terminal.say(
    "\nStopped here. If AWS has begun something, it goes on without us: run this again to follow it to its end.",
  );
  process.exit(130);
}
