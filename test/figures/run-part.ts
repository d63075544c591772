import { type PartName, parts } from "./parts.ts";

const findings = await parts[process.argv[2] as PartName]();
process.send?.(findings, () => process.exit());
