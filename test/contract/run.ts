import { readSettings } from "../../src/site/start/read-dotenv.ts";
import { checkContract } from "./contract.ts";

process.exitCode = await checkContract(readSettings, (text) => process.stdout.write(text));
