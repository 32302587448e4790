import { answerTimeoutMs } from "#shared/contract/limits.ts";
import type { WebhookMetrics } from "#shared/contract/api/metrics.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";

/** How many attempts took up to a time, but longer than that of the slot before. */
export type Slot = WebhookMetrics["latency_histogram"][number];

/** Whether attempts of a slot took longer than a target may. */
export const isBeyond = ({ le_ms: ms }: Slot): boolean => ms > answerTimeoutMs;
/** An answer that takes this share of the limit may soon take too long. */
const nearShare = 0.4;

/** How far attempts stay from the limit. */
export const headroomText = (slots: readonly Slot[]): string => {
  const sum = (some: readonly Slot[]): number => some.reduce((all, slot) => all + slot.count, 0);
  const limit = duration(answerTimeoutMs);
  const beyond = sum(slots.filter(isBeyond));
  const near = sum(slots.filter((slot) => !isBeyond(slot) && slot.le_ms > answerTimeoutMs * nearShare));
  if (sum(slots) === 0) return "No attempt was made in this time.";
  if (beyond > 0) return `${counted(beyond, "attempt")} of ${count(sum(slots))} took longer than ${limit}.`;
  const slowest = duration(slots.findLast((slot) => slot.count > 0)?.le_ms ?? 0);
  if (near > 0)
    return `${counted(near, "attempt")} of ${count(sum(slots))} came near the limit: up to ${slowest} of ${limit}.`;
  return `Every attempt took at most ${slowest} of ${limit}.`;
};
