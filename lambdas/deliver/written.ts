import type { ChainMessage } from "#shared/contract/chain-message.ts";
import type { DeliveryFact } from "#shared/delivery/hours.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import type { DeliveryHourStore } from "#shared/stores.ts";
import type { DueBatch } from "./batch-body.ts";

interface WrittenDeps {
  readonly telemetry: Pick<Telemetry, "recordNotWritten">;
}

/** Waits for a write that the attempt's outcome does not depend on. Its failure is reported, and nothing else. */
export const written = async (
  deps: WrittenDeps,
  message: DueBatch | ChainMessage,
  write: Promise<void>,
): Promise<void> => {
  try {
    await write;
  } catch (error) {
    deps.telemetry.recordNotWritten({ ...factsOf(message), error });
  }
};

/** What may be logged of a message: never its body. */
export const factsOf = ({ batchId, webhookId, events }: DueBatch | ChainMessage) => ({ batchId, webhookId, events });

/** Counts what happened to a batch. */
export const count = async (
  deps: WrittenDeps & { readonly deliveryHours: Pick<DeliveryHourStore, "count"> },
  message: DueBatch | ChainMessage,
  fact: Pick<DeliveryFact, "at" | "what">,
): Promise<void> => {
  const { customerId, webhookId } = message;
  await written(deps, message, deps.deliveryHours.count({ customerId, webhookId, ...fact }));
};
