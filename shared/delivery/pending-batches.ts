/** What waits for a webhook's target. */
export interface PendingBatches {
  readonly batches: number;
  readonly events: number;
  /** Creation of the oldest batch that was counted, ISO 8601. */
  readonly oldestAt?: string;
  /** When the first of them expires, ISO 8601. */
  readonly nextExpiryAt?: string;
  /** False when there are more batches than were counted. */
  readonly isComplete: boolean;
  /** What expires when, by the start of its slot (Unix milliseconds). Absent unless asked for. */
  readonly slots?: ReadonlyMap<number, { readonly batches: number; readonly events: number }>;
}
