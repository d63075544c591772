import { createHash } from "node:crypto";

/** Longer than a double click, and shorter than anybody takes to try the same again. */
const keptMs = 2_000;
/** Beyond, a change is made without asking whether it is made already. */
const mostKept = 1_000;

/** Makes a change of somebody's once, however often its button was clicked: a second click gets what came of the first. */
export type Once = <Outcome>(
  whose: string,
  what: unknown,
  make: () => Promise<Outcome>,
) => Promise<Outcome>;

/** Keeps the last change of each for two seconds, and of what was typed a hash alone. */
export function oncePerClick(): Once {
  const last = new Map<string, { hash: string; made: Promise<unknown> }>();
  return (whose, what, make) => {
    const hash = createHash("sha256").update(JSON.stringify(what)).digest("base64");
    const known = last.get(whose);
    if (known?.hash === hash) return known.made as ReturnType<typeof make>;
    const made = make();
    const change = { hash, made };
    if (known || last.size < mostKept) last.set(whose, change);
    const forget = () => {
      if (last.get(whose) === change) last.delete(whose);
    };
    const later = () => void setTimeout(forget, keptMs).unref();
    made.then(later, later);
    return made;
  };
}
