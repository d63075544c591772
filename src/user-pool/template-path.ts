import { fileURLToPath } from "node:url";

/** The template of the tutorial's pool; from `src/` and from `dist/` it is the same file. */
export const templatePath = fileURLToPath(
  new URL("../../src/user-pool/template.yaml", import.meta.url),
);
