import { AppError } from "../../src/sign-in/errors.ts";
import type { RowStore } from "../../src/sign-in/store/row-store.ts";

export interface RowCall {
  method: "read" | "insert" | "update" | "remove" | "check";
  key: string;
  value?: Uint8Array;
  expiresAt?: number;
  /** True once the store has answered. */
  isDone: boolean;
}

/** Stands between the app and its store: hand `wrap` to `start` as `wrapRows`. */
export interface WatchedRows {
  wrap: (rows: RowStore) => RowStore;
  /** Every call so far. */
  calls: RowCall[];
  /** Runs before each call from now on; the store answers when it resolves, and fails as it does. */
  before: (call: RowCall) => void | Promise<void>;
}

export function watchRows(): WatchedRows {
  const watched: WatchedRows = { wrap, calls: [], before: () => {} };
  return watched;

  function wrap(rows: RowStore): RowStore {
    async function watch<Value>(
      call: Omit<RowCall, "isDone">,
      ask: () => Promise<Value>,
    ): Promise<Value> {
      const noted = { ...call, isDone: false };
      watched.calls.push(noted);
      await watched.before(noted);
      const value = await ask();
      noted.isDone = true;
      return value;
    }
    return {
      read: (key) => watch({ method: "read", key }, () => rows.read(key)),
      insert: (key, value, expiresAt) =>
        watch({ method: "insert", key, value, expiresAt }, () =>
          rows.insert(key, value, expiresAt),
        ),
      update: (key, expected, value, expiresAt) =>
        watch({ method: "update", key, value, expiresAt }, () =>
          rows.update(key, expected, value, expiresAt),
        ),
      remove: (key, expected) => watch({ method: "remove", key }, () => rows.remove(key, expected)),
      check: () => watch({ method: "check", key: "" }, () => rows.check()),
      close: () => rows.close(),
    };
  }
}

/** A store that nobody can reach. */
export function storeIsDown(): never {
  throw new AppError("store_unavailable", { reason: "a test", retryAfterSeconds: 5 });
}

/** A store that fails in these methods for rows whose key begins so. */
export function failing(methods: RowCall["method"][], prefix = ""): WatchedRows["before"] {
  return ({ method, key }) => {
    if (methods.includes(method) && key.startsWith(prefix)) storeIsDown();
  };
}

/** Holds back the first call of that kind until it is let go; the others pass. */
export function holdBack(
  rows: WatchedRows,
  applies: (call: RowCall) => boolean,
): { reached: Promise<void>; open: () => void } {
  let open = () => {};
  let reach = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const isFirst = once(applies);
  rows.before = async (call) => {
    if (!isFirst(call)) return;
    reach();
    await opened;
  };
  return { reached, open };
}

/** True of the first call of that kind alone. */
export function once(applies: (call: RowCall) => boolean): (call: RowCall) => boolean {
  let hasBeen = false;
  return (call) => {
    const isFirst = !hasBeen && applies(call);
    hasBeen ||= isFirst;
    return isFirst;
  };
}
