import { readDotenvFile } from "../../src/start/read-dotenv.ts";
import { checkContract } from "./contract.ts";

readDotenvFile();
process.exitCode = await checkContract(process.env, (text) => process.stdout.write(text));
