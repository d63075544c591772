import type { Entry, KeyRange } from "./pool-database.ts";

/** The rows of a table in memory, in the order of their keys: a range costs what it holds, however many others there are. */
export class SortedRows {
  readonly #rows = new Map<string, string>();
  readonly #keys: string[] = [];

  get size(): number {
    return this.#rows.size;
  }

  get(key: string): string | undefined {
    return this.#rows.get(key);
  }

  set(key: string, row: string): void {
    if (!this.#rows.has(key)) this.#keys.splice(this.#placeOf(key), 0, key);
    this.#rows.set(key, row);
  }

  delete(key: string): void {
    if (this.#rows.delete(key)) this.#keys.splice(this.#placeOf(key), 1);
  }

  range({ prefix = "", after, limit = Infinity, isReverse }: KeyRange): Entry<string>[] {
    const found: Entry<string>[] = [];
    const step = isReverse ? -1 : 1;
    const ends = isReverse ? this.#lastPlace(prefix) : this.#placeOf(prefix);
    let place = after === undefined ? ends : this.#placeBehind(after, step);
    for (; found.length < limit; place += step) {
      const key = this.#keys[place];
      if (!key?.startsWith(prefix)) break;
      found.push({ key, value: this.#rows.get(key) ?? "" });
    }
    return found;
  }

  /** Where the key is, or would be. */
  #placeOf(key: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #lastPlace(prefix: string): number {
    return prefix === "" ? this.#keys.length - 1 : this.#placeOf(`${prefix}\uffff`) - 1;
  }

  #placeBehind(key: string, step: 1 | -1): number {
    const place = this.#placeOf(key);
    return step === 1 && this.#keys[place] === key ? place + 1 : place + (step === 1 ? 0 : -1);
  }
}
