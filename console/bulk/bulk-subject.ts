import type { ChosenWebhook } from "#shared/bulk/as-chosen.ts";
import type { BulkSubject as Subject } from "#shared/bulk/run-bulk.ts";

/** A webhook that something is done to, with others. */
export interface BulkSubject extends Subject, ChosenWebhook {
  /** Of a recovery: batches that were created before, ISO 8601. */
  readonly until?: string;
}
