import { createRequire } from "node:module";
import { dirname } from "node:path";

/** The folder of `package.json`, from the sources and from whatever file this is built into. */
export const packageFolder = dirname(createRequire(import.meta.url).resolve("#package.json"));
