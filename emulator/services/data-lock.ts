import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Keeps a data directory for this process until it is released. The lock is the system's, on a file of SQLite's: it ends with
 * the process, however that ends. Throws when another process has it.
 */
export const lockDataDir = (dataDir: string): { readonly release: () => void } => {
  const database = new DatabaseSync(join(dataDir, "lock.db"), { timeout: 0 });
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    // SQLITE_BUSY
    if ((error as { readonly errcode?: number }).errcode !== 5) throw error;
    throw new Error(`The data in ${dataDir} is in use by another run. End that one, or choose another directory.`, {
      cause: error,
    });
  }
  return { release: () => database.close() };
};
