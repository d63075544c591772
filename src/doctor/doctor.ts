#!/usr/bin/env node
import { notesOnSettings, readSettings } from "../site/start/read-dotenv.ts";
import { doctorCommand } from "./command.ts";

process.exitCode = await doctorCommand(process.argv.slice(2), readSettings, {
  output: process.stdout,
  errors: process.stderr,
  notes: notesOnSettings,
});
