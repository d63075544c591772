/**
 * Where rows of bytes live until they expire. Every method rejects with AppError `store_unavailable` when the store
 * cannot answer, and resolves only once a write is there for every other process.
 */
export interface RowStore {
  read(key: string): Promise<Uint8Array | undefined>;
  /** Writes a row that does not exist; false where one does. */
  insert(key: string, value: Uint8Array, expiresAt: number): Promise<boolean>;
  /**
   * Writes over a row that still holds the `expected` value. False if it is gone or another one: a late write neither brings a
   * row back (CC-3) nor undoes what somebody else wrote meanwhile.
   */
  update(key: string, expected: Uint8Array, value: Uint8Array, expiresAt: number): Promise<boolean>;
  /** False where there was no row, or where it no longer holds the `expected` value, if one is given. */
  remove(key: string, expected?: Uint8Array): Promise<boolean>;
  /** How many rows live under `KIND:…`, as of a minute ago at most; left out by a store that cannot tell cheaply. */
  count?(kind: string): Promise<number>;
  /** The whole keys of rows that live under keys of such a start, of every client; left out by a store that cannot search. */
  keysUnder?(start: string): Promise<string[]>;
  /** Rejects when the store cannot be reached. */
  check(): Promise<void>;
  close(): Promise<void>;
}
