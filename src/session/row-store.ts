/**
 * Where rows of bytes live until they expire. Every method rejects with AppError `store_unavailable` when the store
 * cannot answer, and resolves only once a write is there for every other process.
 */
export interface RowStore {
  read(key: string): Promise<Uint8Array | undefined>;
  /** Writes a row that does not exist; false where one does. */
  insert(key: string, value: Uint8Array, expiresAt: number): Promise<boolean>;
  /**
   * Writes over a row that still holds the `expected` value; false where it is gone or another, so that a late write
   * neither brings a row back (CC-3) nor undoes what somebody else wrote meanwhile.
   */
  update(key: string, expected: Uint8Array, value: Uint8Array, expiresAt: number): Promise<boolean>;
  /** False where there was no row. */
  remove(key: string): Promise<boolean>;
  /** Rejects when the store cannot be reached. */
  check(): Promise<void>;
  close(): Promise<void>;
}
