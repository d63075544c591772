import { AppError } from "../errors.ts";
import type { RowStore } from "./row-store.ts";

type Store = Required<RowStore>;

/**
 * A store that `open` opens at its first use, so that nothing waits for what it does not need. While opening fails,
 * every method rejects with AppError `store_unavailable`, and the next one tries again.
 */
export function createLazyRowStore(open: () => Promise<Store>): Store {
  let opening: Promise<Store> | undefined;
  let isClosed = false;

  function store(): Promise<Store> {
    opening ??= openUnlessClosed();
    return opening;
  }

  async function openUnlessClosed(): Promise<Store> {
    try {
      if (isClosed) throw new Error("The store is closed.");
      return await open();
    } catch (cause) {
      opening = undefined;
      const reason = "the store could not be opened";
      throw new AppError("store_unavailable", { reason, cause });
    }
  }

  return {
    read: async (...row) => (await store()).read(...row),
    insert: async (...row) => (await store()).insert(...row),
    update: async (...row) => (await store()).update(...row),
    remove: async (...row) => (await store()).remove(...row),
    count: async (kind) => (await store()).count(kind),
    check: async () => (await store()).check(),
    async close() {
      isClosed = true;
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    },
  };
}
