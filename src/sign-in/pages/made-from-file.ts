import { statSync } from "node:fs";

/**
 * What `make` makes of a file, kept for good where files are fixed, as in production, and otherwise until the file
 * changes. Throws for a file that does not exist, and as `make` does.
 */
export function madeFromFile<Value>(
  make: (path: string) => Value,
  { isFixed }: { isFixed: boolean },
): (path: string) => Value {
  const kept = new Map<string, { value: Value; changedAt: number }>();

  return (path) => {
    const known = kept.get(path);
    if (known && isFixed) return known.value;
    const { mtimeMs: changedAt } = statSync(path);
    if (known?.changedAt === changedAt) return known.value;
    const value = make(path);
    kept.set(path, { value, changedAt });
    return value;
  };
}
