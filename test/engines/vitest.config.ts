import { defineConfig } from "vitest/config";
import own from "../../vitest.config.ts";

/** A run of their own: Firefox and WebKit take as long to start as a quarter of all other tests. */
export default defineConfig({
  ...own,
  test: {
    ...own.test,
    include: ["test/engines/journey.ts"],
    // Node has web sockets from version 22 on.
    execArgv: process.version.startsWith("v20.") ? ["--experimental-websocket"] : [],
  },
});
