import { AppError } from "../errors.ts";
import type { RowStore } from "./row-store.ts";

type Store = Required<RowStore>;

/**
 * A store that `open` opens at its first use, so that nothing waits for what it does not need. While opening fails,
 * every method rejects with AppError `store_unavailable`, and the next one tries again.
 */
export function createLazyRowStore(open: () => Promise<Store>): Store {
  let opening: Promise<Store> | undefined;
  let opened: Store | undefined;
  let isClosed = false;

  /** At once where it is open: a page reads with every request. */
  function use<Result>(ask: (store: Store) => Promise<Result>): Promise<Result> {
    return opened ? ask(opened) : store().then(ask);
  }

  function store(): Promise<Store> {
    opening ??= openUnlessClosed();
    return opening;
  }

  async function openUnlessClosed(): Promise<Store> {
    try {
      if (isClosed) throw new Error("The store is closed.");
      opened = await open();
      return opened;
    } catch (cause) {
      opening = undefined;
      const reason = "the store could not be opened";
      throw new AppError("store_unavailable", { reason, cause });
    }
  }

  return {
    read: (key) => use(({ read }) => read(key)),
    insert: (...row) => use(({ insert }) => insert(...row)),
    update: (...row) => use(({ update }) => update(...row)),
    remove: (...row) => use(({ remove }) => remove(...row)),
    count: (kind) => use(({ count }) => count(kind)),
    keysUnder: (start) => use(({ keysUnder }) => keysUnder(start)),
    check: () => use(({ check }) => check()),
    async close() {
      isClosed = true;
      const last = await opening?.catch(() => undefined);
      await last?.close();
    },
  };
}
