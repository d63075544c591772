import { createRequire } from "node:module";

/** The template of the tutorial's pool; from the sources and from what is built it is the same file. */
export const templatePath = createRequire(import.meta.url).resolve("#template.yaml");
