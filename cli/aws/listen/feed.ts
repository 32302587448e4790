import type { OwnedEvent } from "#shared/events/decode-record.ts";

/** Events as they come. */
export interface Feed {
  /** Events that have come since the last call, in the order of each shard; none when there are none yet. */
  readonly next: () => Promise<readonly OwnedEvent[]>;
  readonly close: () => void;
}
