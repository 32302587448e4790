import { createHash } from "node:crypto";

/** Says of a list of ids, in any order, whether it is another list, without holding it. */
export interface Fingerprint {
  readonly ids: number;
  readonly distinctIds: number;
  /** SHA-256 of the ids in order. */
  readonly checksum: string;
}

/** Fingerprint of a list of ids. */
export const fingerprintOf = (ids: readonly string[]): Fingerprint => ({
  ids: ids.length,
  distinctIds: new Set(ids).size,
  checksum: createHash("sha256").update(ids.toSorted().join("\n")).digest("hex"),
});
