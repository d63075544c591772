import { Session } from "node:inspector";
import { createRequire } from "node:module";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Names the files that this process loads from now on, whether imported or required, packages apart. The debugger's
 * protocol is the one place where every supported Node tells of both.
 */
export function watchLoadedFiles(): () => string[] {
  const scripts = new Set<string>();
  const session = new Session();
  session.connect();
  session.on("Debugger.scriptParsed", ({ params }) => {
    if (params.url.startsWith("file:")) scripts.add(fileURLToPath(params.url));
    else if (params.url.startsWith("/")) scripts.add(params.url);
  });
  session.post("Debugger.enable");
  // Or a `debugger` statement would stop the function for good.
  session.post("Debugger.setSkipAllPauses", { skip: true });
  // JSON is no script; Node keeps what was imported of it beside what was required.
  const { cache } = createRequire(import.meta.url);
  return () => [...scripts, ...Object.keys(cache)].filter(isOwn);
}

function isOwn(path: string): boolean {
  return !path.includes(`${sep}node_modules${sep}`);
}
