import pLimit from "p-limit";
import { type Batch, batchBody } from "#shared/delivery/batch.ts";
import { bodyEncodingOf, encodeBody } from "#shared/delivery/body.ts";
import { firstAttempt } from "#shared/delivery/message.ts";
import { delaySecondsUntil } from "#shared/delivery/retry-schedule.ts";
import type { ReplayDeps } from "./ports.ts";

/** Bodies that are compressed and stored at a time: bounds memory and connections. */
const concurrency = 8;

/**
 * Passes batches on to delivery, each at its time. They go to the queue of retries: a replay never takes the place of events
 * that a target has not seen yet.
 */
export const handOver = async (
  { bodies, retries, now }: Pick<ReplayDeps, "bodies" | "retries" | "now">,
  batches: readonly Batch[],
  times: readonly number[],
): Promise<void> => {
  const limit = pLimit(concurrency);
  const closedAt = new Date(now()).toISOString();
  const toMessage = async (batch: Batch) => {
    const { batchId, subscription, events } = batch;
    const body = batchBody(events);
    const encoded = await encodeBody(body, bodyEncodingOf(subscription.maskedSettings));
    const place = await bodies.place({ webhookId: subscription.webhookId, batchId, body: encoded });
    return firstAttempt(batch, { bytes: body.length, place, closedAt });
  };
  const messages = await Promise.all(batches.map((batch) => limit(() => toMessage(batch))));
  await retries.sendAllDelayed(
    messages.map((message, index) => ({ message, delaySeconds: delaySecondsUntil(times[index] ?? 0, now()) })),
  );
};
