import { join } from "node:path";

/** Where Node keeps what it has compiled, so that the next process or thread with the same code starts sooner. */
export const compileCacheDir = join(import.meta.dirname, "../node_modules/.cache/emulator-compiled");
