#!/usr/bin/env node
import { readSettings } from "../site/start/read-dotenv.ts";
import { operatorCommand } from "./command.ts";

process.exitCode = await operatorCommand(process.argv.slice(2), readSettings, {
  output: process.stdout,
  errors: process.stderr,
});
