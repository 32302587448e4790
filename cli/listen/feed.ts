import type { Window } from "#shared/delivery/batch.ts";
import type { RoutedEvent } from "#shared/events/span.ts";

/** Events that came together, and the stretch that they came from: as a window of `batch`, it gives batches their ids. */
export interface FedWindow {
  readonly window: Window;
  readonly events: readonly RoutedEvent[];
}

/** Events as they come. */
export interface Feed {
  /** What has come since the last call, in the order of each shard; nothing when there is nothing yet. */
  readonly next: () => Promise<readonly FedWindow[]>;
  readonly close: () => void;
}
